// DepthToSpace and SpaceToDepth: the same integers elsewhere.
#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

struct Shuffle {
  graph::Shape apart;  // the input's dimensions, split
  std::vector<int> perm;
};

void set_shuffled(Lowering& lowering, const graph::Node& node, const Shuffle& shuffle) {
  set_moved(lowering, node, false, [&node, shuffle](Lowering& state, TensorId input, const Target& target) {
    NetworkBuilder& network = state.network();
    const TensorId apart = network.relayout(input, node, {}, shuffle.apart, target.name + "/apart", "");
    const TensorId made = network.relayout(apart, node, shuffle.perm, state.output_tensor(node).shape, target.name,
                                           target.quantized_name);
    return network.absorb_all(made, target.absorbed);
  });
}

std::int64_t block_size(const graph::Node& node, const graph::Shape& shape) {
  const std::int64_t block = node.int_attribute("blocksize", 0);
  if (block < 1 || shape.size() != 4) {
    fail(node, "blocksize {} on shape {}; expected at least 1 on [1, C, H, W]", block, graph::to_string(shape));
  }
  return block;
}

}  // namespace

void lower_depth_to_space(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& s = lowering.input_tensor(node, 0).shape;
  const std::int64_t b = block_size(node, s);
  if (s[1] % (b * b) != 0) fail(node, "{} channels are no multiple of blocksize {} squared", s[1], b);
  const std::int64_t channels = s[1] / (b * b);
  const std::string mode = node.string_attribute("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") fail(node, "mode '{}' is not one of DCR, CRD", mode);
  if (mode == "CRD")
    set_shuffled(lowering, node, {{1, channels, b, b, s[2], s[3]}, {0, 1, 4, 2, 5, 3}});
  else
    set_shuffled(lowering, node, {{1, b, b, channels, s[2], s[3]}, {0, 3, 4, 1, 5, 2}});
}

void lower_space_to_depth(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& s = lowering.input_tensor(node, 0).shape;
  const std::int64_t b = block_size(node, s);
  if (s[2] % b != 0 || s[3] % b != 0)
    fail(node, "height and width of shape {} are no multiples of blocksize {}", graph::to_string(s), b);
  set_shuffled(lowering, node, {{1, s[1], s[2] / b, b, s[3] / b, b}, {0, 3, 5, 1, 2, 4}});
}

}  // namespace intloom::quant
