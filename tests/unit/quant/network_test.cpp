// Views of a network: axes, names, work, edges.
#include "runtime/quant/network.h"

#include <gtest/gtest.h>

#include "runtime/quant/edges.h"
#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::u8;

MapShape shape_of(const graph::Shape& shape, int channel_axis) {
  Tensor tensor;
  tensor.shape = shape;
  tensor.channel_axis = channel_axis;
  return map_shape(tensor);
}

void expect_map(const MapShape& map, std::int64_t channels, std::int64_t height, std::int64_t width) {
  EXPECT_EQ(map.channels, channels);
  EXPECT_EQ(map.height, height);
  EXPECT_EQ(map.width, width);
}

TEST(MapShape, ChannelsFirst) {
  expect_map(shape_of({1, 3, 5, 7}, 1), 3, 5, 7);
  expect_map(shape_of({1, 3, 7}, 1), 3, 1, 7);
  expect_map(shape_of({1, 3, 2, 5, 7}, 1), 3, 10, 7);
}

TEST(MapShape, ChannelsLast) {
  expect_map(shape_of({1, 5, 8}, 2), 8, 1, 5);
  expect_map(shape_of({1, 2, 5, 8}, 3), 8, 2, 5);
  expect_map(shape_of({4, 2, 5, 8}, 3), 8, 8, 5);
}

TEST(MapShape, LowRanks) {
  expect_map(shape_of({1, 9}, 1), 9, 1, 1);
  expect_map(shape_of({6, 9}, 1), 9, 1, 6);
  expect_map(shape_of({9}, 0), 9, 1, 1);
  expect_map(shape_of({}, 0), 1, 1, 1);
}

TEST(OpName, EveryOp) {
  EXPECT_EQ(op_name(Op::conv), "conv");
  EXPECT_EQ(op_name(Op::add), "add");
  EXPECT_EQ(op_name(Op::multiply), "multiply");
  EXPECT_EQ(op_name(Op::max_pool), "max_pool");
  EXPECT_EQ(op_name(Op::average_pool), "average_pool");
  EXPECT_EQ(op_name(Op::concat), "concat");
  EXPECT_EQ(op_name(Op::rescale), "rescale");
  EXPECT_EQ(op_name(Op::relayout), "relayout");
}

// x -> conv -> c; c + x -> s; s is an output and goes to a pool, which is an output too.
Network small_network() {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 6, 4, 4}, u8(0.5F, 10));
  const auto w = b.weights("w", {6, 2, 3, 3}, 0.1F);
  const auto c =
      b.node("Conv", "conv1", {x, w}, {1, 6, 4, 4}, {{"group", std::int64_t{3}}, {"pads", Ints{1, 1, 1, 1}}});
  const auto s = b.qdq(b.node("Add", "sum", {b.qdq(c, u8(0.25F, 3)), x}, {1, 6, 4, 4}), u8(0.75F, 7));
  const auto p = b.node("GlobalAveragePool", "gap", {s}, {1, 6, 1, 1});
  b.output(s);
  b.output(b.qdq(p, u8(0.5F, 1)));
  return lower(b.graph);
}

TEST(LayerMacs, GroupedConvolution) {
  const Network network = small_network();
  EXPECT_EQ(layer_macs(network, network.layers[0]), 6 * 16 * 2 * 9);
  EXPECT_EQ(layer_macs(network, network.layers[1]), 0);
}

TEST(IntegerEdges, InProgramOrderWithProducersAndConsumers) {
  const std::vector<IntegerEdge> edges = integer_edges(small_network());
  ASSERT_EQ(edges.size(), 4U);
  EXPECT_EQ(edges[0].tensor, "x");
  EXPECT_EQ(edges[0].producer, "input");
  EXPECT_EQ(edges[0].consumers, (std::vector<std::string>{"conv1", "sum"}));
  EXPECT_EQ(edges[1].tensor, "conv1");
  EXPECT_EQ(edges[1].producer, "conv1");
  EXPECT_EQ(edges[1].scale, 0.25F);
  EXPECT_EQ(edges[1].zero_point, 3);
  EXPECT_EQ(edges[1].type, graph::DataType::uint8);
  EXPECT_EQ(edges[2].consumers, (std::vector<std::string>{"gap", "output"}));
  EXPECT_EQ(edges[3].consumers, (std::vector<std::string>{"output"}));
}

TEST(IntegerEdges, NamesTheFloatTensorAndTheQuantizedOne) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Relu", "relu", {b.node("Gemm", "fc", {x, b.weights("w", {4, 3}, 0.1F)}, {1, 3})}, {1, 3});
  const auto q = b.quantize(y, u8(0.5F, 10));
  b.output(q);
  const std::vector<IntegerEdge> edges = integer_edges(lower(b.graph));
  ASSERT_EQ(edges.size(), 2U);
  EXPECT_EQ(edges[1].tensor, "relu");
  EXPECT_EQ(edges[1].quantized_tensor, b.graph.tensor(q).name);
  EXPECT_EQ(edges[1].producer, "fc");
}

}  // namespace
}  // namespace intloom::quant
