// DepthToSpace and SpaceToDepth: channels as pixels of a block, and back.
#include <fmt/format.h>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

std::int64_t block_size(const NodeCall& call) {
  const std::int64_t block = call.node.int_attribute("blocksize", 0);
  if (call.input(0).shape.size() != 4) {
    call.fail(fmt::format("input {} is not [N, C, H, W]", graph::to_string(call.input(0).shape)));
  }
  if (block < 1) call.fail("attribute blocksize is missing or not positive");
  return block;
}

// Mode DCR: the block's pixel counts slower than the channel; CRD: faster.
bool is_depth_first(const NodeCall& call) {
  const std::string mode = call.node.string_attribute("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") call.fail("mode is '" + mode + "'; it must be DCR or CRD");
  return mode == "DCR";
}

// The elements of x as `split`, permuted, as `merged`.
Value rearranged(const Value& x, const graph::Shape& split, const graph::Shape& perm, graph::Shape merged) {
  const Value moved = permuted({x.type, split, x.data}, perm);
  return {x.type, std::move(merged), moved.data};
}

Value depth_to_space(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::int64_t b = block_size(call);
  const std::int64_t n = x.shape[0], h = x.shape[2], w = x.shape[3];
  if (x.shape[1] % (b * b) != 0) call.fail(fmt::format("{} channels are no blocks of {}x{}", x.shape[1], b, b));
  const std::int64_t c = x.shape[1] / (b * b);
  const graph::Shape merged{n, c, h * b, w * b};
  if (is_depth_first(call)) return rearranged(x, {n, b, b, c, h, w}, {0, 3, 4, 1, 5, 2}, merged);
  return rearranged(x, {n, c, b, b, h, w}, {0, 1, 4, 2, 5, 3}, merged);
}

Value space_to_depth(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::int64_t b = block_size(call);
  const std::int64_t n = x.shape[0], c = x.shape[1], h = x.shape[2] / b, w = x.shape[3] / b;
  if (h * b != x.shape[2] || w * b != x.shape[3]) {
    call.fail(fmt::format("input {} has no whole blocks of {}x{}", graph::to_string(x.shape), b, b));
  }
  const graph::Shape merged{n, c * b * b, h, w};
  if (is_depth_first(call)) return rearranged(x, {n, c, h, b, w, b}, {0, 3, 5, 1, 2, 4}, merged);
  return rearranged(x, {n, c, h, b, w, b}, {0, 1, 3, 5, 2, 4}, merged);
}

}  // namespace

void add_depth_operators(OperatorTable& table) {
  table["DepthToSpace"] = depth_to_space;
  table["SpaceToDepth"] = space_to_depth;
}

}  // namespace intloom::reference
