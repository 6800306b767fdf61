// check_operands: windows, channels and axes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "runtime/import/operator_checks.h"

namespace intloom::graph {
namespace {

constexpr std::int64_t kMaxWindow = std::int64_t{1} << 30;

const onnx::AttributeProto* find(const onnx::NodeProto& node, const std::string& name) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

std::int64_t int_of(const onnx::NodeProto& node, const std::string& name, std::int64_t otherwise) {
  const auto* attribute = find(node, name);
  return attribute != nullptr ? attribute->i() : otherwise;
}

// Attributes by which the package divides or indexes.
void check_small_attribute(const onnx::NodeProto& node, const std::string& name, std::int64_t least,
                           std::int64_t most) {
  const auto* attribute = find(node, name);
  if (attribute == nullptr || (attribute->i() >= least && attribute->i() <= most)) return;
  throw ModelError(fmt::format("attribute '{}' is {}, expected {} to {}", name, attribute->i(), least, most));
}

// Values of window attributes: within what shapes can be, and positive where they divide or multiply.
void check_window_attributes(const onnx::NodeProto& node) {
  for (const std::string name : {"kernel_shape", "strides", "dilations", "pads", "output_padding", "output_shape"}) {
    const auto* attribute = find(node, name);
    if (attribute == nullptr) continue;
    const std::int64_t least = name == "kernel_shape" || name == "strides" || name == "dilations" ? 1 : 0;
    for (const std::int64_t value : attribute->ints()) {
      if (value < least || value > kMaxWindow) {
        throw ModelError(fmt::format("attribute '{}' is [{}]; its values are {} or more", name,
                                     fmt::join(attribute->ints(), ", "), least));
      }
    }
  }
}

void check_axis(const onnx::NodeProto& node, const Shape& shape) {
  // Operators whose axis counts the dimensions of the output, or may be one beyond the last.
  static const std::set<std::string> other_meaning = {"Unsqueeze",          "Flatten",        "OneHot",
                                                      "ConcatFromSequence", "QuantizeLinear", "DequantizeLinear",
                                                      "SequenceInsert",     "QLinearConcat"};
  if (other_meaning.count(node.op_type()) != 0) return;
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto check = [&](const std::string& name, std::int64_t axis) {
    if (axis < -rank || axis >= rank) {
      throw ModelError(fmt::format("attribute '{}' is {}, outside an input of rank {}", name, axis, rank));
    }
  };
  if (const auto* axis = find(node, "axis")) check("axis", axis->i());
  if (const auto* axes = find(node, "axes")) {
    for (const std::int64_t axis : axes->ints()) check("axes", axis);
  }
  if (const auto* perm = find(node, "perm"); perm != nullptr && node.op_type() == "Transpose") {
    std::set<std::int64_t> seen;
    for (const std::int64_t axis : perm->ints()) {
      if (axis < 0 || axis >= rank || !seen.insert(axis).second) seen.insert(-1);
    }
    if (static_cast<std::int64_t>(seen.size()) != rank || seen.count(-1) != 0) {
      throw ModelError(fmt::format("attribute 'perm' is [{}], no permutation of {} dimensions",
                                   fmt::join(perm->ints(), ", "), rank));
    }
  }
}

// Every tap row must fit: an output of no pixels, or of a window wider than its padded input, is a mistake.
void check_window(const onnx::NodeProto& node, const Shape& x, const std::vector<std::int64_t>& kernel) {
  const std::size_t spatial = x.size() - 2;
  const auto list = [&](const std::string& name, std::size_t size, std::int64_t otherwise) {
    const auto* attribute = find(node, name);
    if (attribute == nullptr || attribute->ints_size() == 0) return std::vector<std::int64_t>(size, otherwise);
    if (static_cast<std::size_t>(attribute->ints_size()) != size) {
      throw ModelError(fmt::format("attribute '{}' has {} values, {} are needed", name, attribute->ints_size(), size));
    }
    return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
  };
  if (kernel.size() != spatial) {
    throw ModelError(fmt::format("a kernel of {} dimensions on an input of {}", kernel.size(), spatial));
  }
  list("strides", spatial, 1);
  const auto dilations = list("dilations", spatial, 1);
  const auto pads = list("pads", 2 * spatial, 0);
  const auto* auto_pad = find(node, "auto_pad");
  if (auto_pad != nullptr && (auto_pad->s() == "SAME_UPPER" || auto_pad->s() == "SAME_LOWER")) return;
  for (std::size_t i = 0; i < spatial; ++i) {
    const std::int64_t reach = (kernel[i] - 1) * dilations[i] + 1;
    const std::int64_t size = x[2 + i] + pads[i] + pads[i + spatial];
    if (reach > size) {
      throw ModelError(fmt::format("a window of {} does not fit the padded input of {}", reach, size));
    }
  }
}

void check_convolution(const onnx::NodeProto& node, const Shape& x, const Shape& w, const Shape* bias) {
  const std::int64_t groups = int_of(node, "group", 1);
  if (x.size() < 3 || w.size() != x.size()) {
    throw ModelError(
        fmt::format("input {} and weights {} must have the same rank, 3 or more", to_string(x), to_string(w)));
  }
  if (groups < 1 || x[1] != w[1] * groups || w[0] % groups != 0) {
    throw ModelError(fmt::format("input {} has {} channels, weights {} in {} groups need {}", to_string(x), x[1],
                                 to_string(w), groups, w[1] * std::max<std::int64_t>(groups, 1)));
  }
  const auto* kernel = find(node, "kernel_shape");
  const std::vector<std::int64_t> taps(w.begin() + 2, w.end());
  if (kernel != nullptr && !std::equal(taps.begin(), taps.end(), kernel->ints().begin(), kernel->ints().end())) {
    throw ModelError(fmt::format("attribute 'kernel_shape' is [{}], the weights are {}",
                                 fmt::join(kernel->ints(), ", "), to_string(w)));
  }
  if (bias != nullptr && *bias != Shape{w[0]}) {
    throw ModelError(fmt::format("the bias is {}, weights {} need {}", to_string(*bias), to_string(w), w[0]));
  }
  check_window(node, x, taps);
}

void check_transposed_convolution(const onnx::NodeProto& node, const Shape& x, const Shape& w) {
  const std::int64_t groups = int_of(node, "group", 1);
  if (x.size() < 3 || w.size() != x.size() || groups < 1 || x[1] != w[0] || x[1] % groups != 0) {
    throw ModelError(
        fmt::format("weights {} in {} groups do not fit an input of {}", to_string(w), groups, to_string(x)));
  }
}

void check_pool(const onnx::NodeProto& node, const Shape& x) {
  if (x.size() < 3) throw ModelError(fmt::format("an input of shape {} has no spatial dimensions", to_string(x)));
  const auto* kernel = find(node, "kernel_shape");
  if (kernel == nullptr) throw ModelError("its attribute 'kernel_shape' is missing");
  check_window(node, x, std::vector<std::int64_t>(kernel->ints().begin(), kernel->ints().end()));
}

void check_gemm(const onnx::NodeProto& node, const Shape& a, const Shape& b, const Shape* c) {
  if (a.size() != 2 || b.size() != 2) {
    throw ModelError(fmt::format("A is {} and B {}; both are matrices", to_string(a), to_string(b)));
  }
  const bool trans_a = int_of(node, "transA", 0) != 0, trans_b = int_of(node, "transB", 0) != 0;
  if (a[trans_a ? 0 : 1] != b[trans_b ? 1 : 0]) {
    throw ModelError(fmt::format("A {}{} and B {}{} differ in the inner dimension", to_string(a),
                                 trans_a ? " transposed" : "", to_string(b), trans_b ? " transposed" : ""));
  }
  if (c == nullptr) return;
  const Shape y{a[trans_a ? 1 : 0], b[trans_b ? 0 : 1]};
  bool fits = c->size() <= 2;
  for (std::size_t i = 0; fits && i < c->size(); ++i) {
    const std::int64_t dim = (*c)[c->size() - 1 - i];
    fits = dim == 1 || dim == y[1 - i];
  }
  if (!fits) throw ModelError(fmt::format("C is {} and cannot be broadcast to {}", to_string(*c), to_string(y)));
}

}  // namespace

void check_operands(const onnx::NodeProto& node, const Graph& graph, const std::vector<TensorId>& inputs) {
  const auto shape = [&](std::size_t i) -> const Shape* {
    return i < inputs.size() && inputs[i] != kNoTensor ? &graph.tensor(inputs[i]).shape : nullptr;
  };
  const std::string& op = node.op_type();
  if (int_of(node, "broadcast", 0) != 0) {
    throw ModelError("attribute 'broadcast' has rules of opset 6 and below, which cannot be read: convert to opset 7");
  }
  check_window_attributes(node);
  check_small_attribute(node, "blocksize", 1, 1 << 15);
  if (const Shape* first = shape(0)) {
    check_axis(node, *first);
    check_small_attribute(node, "batch_dims", 0, static_cast<std::int64_t>(first->size()));
  }
  if (op == "Conv") {
    check_convolution(node, *shape(0), *shape(1), shape(2));
  } else if (op == "ConvInteger") {
    check_convolution(node, *shape(0), *shape(1), nullptr);
  } else if (op == "QLinearConv") {
    check_convolution(node, *shape(0), *shape(3), shape(8));
  } else if (op == "ConvTranspose") {
    check_transposed_convolution(node, *shape(0), *shape(1));
  } else if (op == "MaxPool" || op == "AveragePool" || op == "LpPool" || op == "QLinearAveragePool") {
    if (shape(0) == nullptr) throw ModelError("its input is absent");
    check_pool(node, *shape(0));
  } else if (op == "Gemm") {
    check_gemm(node, *shape(0), *shape(1), shape(2));
  }
}

}  // namespace intloom::graph
