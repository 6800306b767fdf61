#include "runtime/quant/window.h"

#include <algorithm>

#include "runtime/quant/lowering.h"

namespace intloom::quant {
namespace {

// One spatial dimension.
struct Extent {
  std::int64_t input = 1, output = 1, kernel = 1, stride = 1, dilation = 1, begin = 0, end = 0;
  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
  std::int64_t free() const { return input + begin + end - reach(); }
};

void resolve_pads(const graph::Node& node, Extent& extent) {
  const std::string auto_pad = node.string_attribute("auto_pad", "NOTSET");
  if (auto_pad == "NOTSET" || auto_pad.empty()) return;
  extent.begin = extent.end = 0;
  if (auto_pad == "VALID") return;
  if (auto_pad != "SAME_UPPER" && auto_pad != "SAME_LOWER") {
    fail(node, "auto_pad is '{}', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID", auto_pad);
  }
  const std::int64_t windows = (extent.input + extent.stride - 1) / extent.stride;
  const std::int64_t total = std::max<std::int64_t>((windows - 1) * extent.stride + extent.reach() - extent.input, 0);
  const std::int64_t smaller = total / 2;
  extent.begin = auto_pad == "SAME_UPPER" ? smaller : total - smaller;
  extent.end = total - extent.begin;
}

void check_output(const graph::Node& node, Extent& extent) {
  if (extent.kernel < 1 || extent.stride < 1 || extent.dilation < 1) {
    fail(node, "kernel {}, stride {} and dilation {} must be at least 1", extent.kernel, extent.stride,
         extent.dilation);
  }
  if (extent.begin < 0 || extent.end < 0) {
    fail(node, "negative pads ({}, {}) are not supported. Remedy: a Slice in front", extent.begin, extent.end);
  }
  const bool ceils = node.int_attribute("ceil_mode", 0) != 0;
  const std::int64_t free = extent.free();
  std::int64_t windows = free < 0 ? 0 : (ceils ? (free + extent.stride - 1) / extent.stride : free / extent.stride) + 1;
  // ONNX: a last window that would lie on the end padding alone is left out.
  if (ceils && (windows - 1) * extent.stride >= extent.input + extent.begin) --windows;
  if (windows < 1 || windows != extent.output) {
    fail(node, "kernel {}, stride {}, dilation {} and pads ({}, {}) make {} outputs of {} inputs, the model says {}",
         extent.kernel, extent.stride, extent.dilation, extent.begin, extent.end, windows, extent.input, extent.output);
  }
  if (!ceils) return;
  const std::int64_t reached = (windows - 1) * extent.stride + extent.reach() - extent.begin;
  extent.end = std::max<std::int64_t>(reached - extent.input, 0);
}

std::vector<std::int64_t> checked(const graph::Node& node, const char* key, std::size_t count, std::int64_t otherwise) {
  std::vector<std::int64_t> values = node.ints_attribute(key, std::vector<std::int64_t>(count, otherwise));
  if (values.size() != count) fail(node, "{} has {} numbers, expected {}", key, values.size(), count);
  return values;
}

}  // namespace

void check_map_rank(const graph::Node& node, const graph::Shape& shape) {
  if (shape.size() == 3 || shape.size() == 4) return;
  fail(node, "its input has shape {}; supported are 1-D ([1, C, L]) and 2-D ([1, C, H, W])", graph::to_string(shape));
}

WindowParameters read_window(const graph::Node& node, const graph::Shape& input, const graph::Shape& output,
                             const std::vector<std::int64_t>& kernel) {
  check_map_rank(node, input);
  const std::size_t dims = input.size() - 2;
  if (output.size() != input.size()) {
    fail(node, "output shape {} has another rank than input shape {}", graph::to_string(output),
         graph::to_string(input));
  }
  if (kernel.size() != dims) fail(node, "the kernel has {} dimensions, the input {}", kernel.size(), dims);
  const auto strides = checked(node, "strides", dims, 1);
  const auto dilations = checked(node, "dilations", dims, 1);
  const auto pads = checked(node, "pads", 2 * dims, 0);
  Extent extents[2];  // height, width; one dimension is the width
  for (std::size_t d = 0; d < dims; ++d) {
    Extent& extent = extents[2 - dims + d];
    extent = {input[2 + d], output[2 + d], kernel[d], strides[d], dilations[d], pads[d], pads[dims + d]};
    resolve_pads(node, extent);
    check_output(node, extent);
  }
  const auto& [height, width] = extents;
  return {height.kernel,
          width.kernel,
          height.stride,
          width.stride,
          height.dilation,
          width.dilation,
          {height.begin, width.begin, height.end, width.end}};
}

bool ceil_mode_pads(const graph::Node& node, const WindowParameters& window) {
  if (node.int_attribute("ceil_mode", 0) == 0) return false;
  const std::vector<std::int64_t> pads = node.ints_attribute("pads", {0, 0, 0, 0});
  if (pads.size() == 2) return window.pads[3] > pads[1];
  return window.pads[2] > pads[2] || window.pads[3] > pads[3];
}

}  // namespace intloom::quant
