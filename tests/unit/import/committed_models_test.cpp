// The models of tests/data/onnx_models against what ONNX Runtime computed for them (shapes.txt).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "runtime/import/import_onnx.h"
#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::ElementsAre;
using testing::Pair;

struct Recorded {
  std::string tensor, type, shape;
};

std::map<std::string, std::vector<Recorded>> recorded_shapes() {
  std::map<std::string, std::vector<Recorded>> models;
  std::ifstream file(committed("shapes.txt"));
  std::string line, model;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    Recorded entry;
    words >> model >> entry.tensor >> entry.type >> entry.shape;
    models[model].push_back(entry);
  }
  return models;
}

TEST(CommittedModels, HaveTheShapesThatOnnxRuntimeComputes) {
  const auto models = recorded_shapes();
  ASSERT_EQ(models.size(), 8u);
  for (const auto& [model, tensors] : models) {
    const Graph graph = import_onnx(committed(model));
    std::set<std::string> names;
    for (const Tensor& tensor : graph.tensors) names.insert(tensor.name);
    std::size_t found = 0;
    for (const Recorded& entry : tensors) {
      if (names.count(entry.tensor) == 0) continue;  // folded, and read by nothing that is left
      ++found;
      const Tensor& tensor = tensor_named(graph, entry.tensor);
      EXPECT_EQ(to_string(tensor.shape), entry.shape) << model << " " << entry.tensor;
      EXPECT_EQ(data_type_name(tensor.type), entry.type) << model << " " << entry.tensor;
    }
    std::size_t made = 0;
    for (const Node& node : graph.nodes) made += node.outputs.size();
    EXPECT_GE(found, made) << model << ": every tensor that a node makes was recorded";
  }
}

TEST(CommittedModels, TellWhereTheyComeFrom) {
  const std::string path = committed("residual_cnn.onnx");
  const Graph graph = import_onnx(path);
  EXPECT_EQ(graph.path, path);
  EXPECT_EQ(graph.name, "residual_cnn");
  EXPECT_EQ(graph.producer, "intloom tests");
  EXPECT_EQ(graph.opset, 13);
  // By sha256sum(1).
  std::ifstream file(committed("residual_cnn.onnx.sha256"));
  std::string sum;
  file >> sum;
  EXPECT_EQ(graph.sha256, sum);
}

TEST(CommittedModels, KeepNodesInOrderWithNamesAndAttributes) {
  const Graph graph = import_onnx(committed("residual_cnn.onnx"));
  std::vector<std::string> names;
  for (const Node& node : graph.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("conv1", "relu1", "depthwise", "add", "pool", "mean", "flatten", "classify"));
  const Node& depthwise = graph.nodes[2];
  EXPECT_EQ(depthwise.int_attribute("group", 1), 4);
  EXPECT_EQ(depthwise.ints_attribute("pads", {}), (std::vector<std::int64_t>{1, 1, 1, 1}));
  EXPECT_EQ(graph.nodes[7].int_attribute("transB", 0), 1);
}

TEST(CommittedModels, PerChannelScalesBelowOpset13AreRead) {
  const Graph graph = import_onnx(committed("qdq_u8s8_per_channel_opset11.onnx"));
  EXPECT_EQ(graph.opset, 11);
  int per_channel = 0;
  for (const Node& node : graph.nodes) {
    if (node.op != "DequantizeLinear" || graph.tensor(node.inputs[1]).shape.empty()) continue;
    ++per_channel;
    EXPECT_EQ(node.int_attribute("axis", -1), 0) << node.name;
  }
  EXPECT_EQ(per_channel, 6);  // three weights, three biases
}

TEST(CommittedModels, MicrosoftOperatorsKeepTheirDomain) {
  const Graph graph = import_onnx(committed("qoperator_u8u8.onnx"));
  std::map<std::string, std::string> domains;
  for (const Node& node : graph.nodes) domains[node.op] = node.domain;
  EXPECT_EQ(domains.at("QLinearAdd"), "com.microsoft");
  EXPECT_EQ(domains.at("QGemm"), "com.microsoft");
  EXPECT_EQ(domains.at("QLinearConv"), "");
}

TEST(CommittedModels, ExternalDataHoldTheSameWeights) {
  const Graph inside = import_onnx(committed("residual_cnn.onnx"));
  const Graph outside = import_onnx(committed("external.onnx"));
  for (const std::string name : {"w1", "b1", "w2", "b2", "w3", "b3"}) {
    EXPECT_EQ(tensor_named(inside, name).constant->bytes, tensor_named(outside, name).constant->bytes) << name;
  }
}

TEST(CommittedModels, ShapeArithmeticBecomesConstants) {
  for (const std::string model : {"shape_arithmetic_opset11.onnx", "shape_arithmetic_opset17.onnx"}) {
    const Graph graph = import_onnx(committed(model));
    ASSERT_EQ(graph.nodes.size(), 2u) << model;
    EXPECT_EQ(graph.nodes[0].op, "Reshape");
    EXPECT_EQ(graph.nodes[1].op, "Resize");
    const TensorData& target = *tensor_named(graph, "target").constant;
    EXPECT_EQ(element_as_int(target, 0), 1);
    EXPECT_EQ(element_as_int(target, 1), -1);
    EXPECT_EQ(graph.tensors.size(), 6u) << "x, target, flat, none, sizes, big";
  }
}

TEST(CommittedModels, NeedNoDimForTheBatch) {
  const Graph graph = import_onnx(committed("qdq_s8s8.onnx"));
  EXPECT_THAT(graph.batch_dims, ElementsAre(Pair("image", "N")));
}

}  // namespace
}  // namespace intloom::graph
