// A float network taken as if int8 is the network that its real quantization gives: layers, shapes, windows, MACs.
//
// Of models/digits both exist. Of the others the float one is made here, by taking QuantizeLinear and DequantizeLinear
// out again and forgetting the weights.
#include <gtest/gtest.h>

#include <memory>
#include <sstream>

#include "runtime/import/import_onnx.h"
#include "runtime/import/layer_list.h"
#include "runtime/quant/as_int8.h"
#include "runtime/quant/lower.h"
#include "tests/unit/quant/shared_models.h"

namespace intloom::quant {
namespace {

void write_window(std::ostream& out, const WindowParameters& w) {
  out << " k" << w.kernel_h << "x" << w.kernel_w << " s" << w.stride_h << "x" << w.stride_w << " d" << w.dilation_h
      << "x" << w.dilation_w << " p";
  for (const std::int64_t pad : w.pads) out << pad << ",";
}

// All of a layer that decides its cycles.
std::string describe(const Network& network, const Layer& layer) {
  std::ostringstream out;
  out << layer.name << " " << layer.onnx_op << " " << op_name(layer.op) << " " << layer_macs(network, layer) << " MACs";
  const auto tensor = [&](TensorId id) {
    const Tensor& t = network.tensor(id);
    out << " " << graph::to_string(t.shape) << (t.constant != nullptr ? "c" : "") << "/" << t.channel_axis;
  };
  for (const TensorId id : layer.inputs) tensor(id);
  out << " ->";
  tensor(layer.output);
  if (layer.op == Op::conv) {
    out << " g" << layer.conv().groups << " n" << layer.conv().output_channels << " b" << layer.conv().bias.size();
    write_window(out, layer.conv().window);
  }
  if (layer.op == Op::max_pool || layer.op == Op::average_pool) write_window(out, layer.pool().window);
  return out.str();
}

void expect_same_layers(const Network& as_int8, const Network& real) {
  EXPECT_FALSE(as_int8.has_values);
  EXPECT_TRUE(real.has_values);
  ASSERT_EQ(as_int8.layers.size(), real.layers.size());
  for (std::size_t i = 0; i < real.layers.size(); ++i) {
    EXPECT_EQ(describe(as_int8, as_int8.layers[i]), describe(real, real.layers[i]));
    if (real.layers[i].op == Op::conv) {
      EXPECT_TRUE(as_int8.layers[i].conv().weights.empty());
      EXPECT_FALSE(real.layers[i].conv().weights.empty());
    }
  }
  const auto names = [](const std::vector<Boundary>& boundaries) {
    std::string text;
    for (const Boundary& boundary : boundaries) text += boundary.name + graph::to_string(boundary.shape) + " ";
    return text;
  };
  EXPECT_EQ(names(as_int8.inputs), names(real.inputs));
  EXPECT_EQ(names(as_int8.outputs), names(real.outputs));
}

// The float graph behind a QDQ graph: its nodes without notation (and a Cast of uint8 to uint8 behind it), constants by
// their shape alone.
graph::Graph without_notation(const graph::Graph& quantized) {
  graph::Graph result = quantized;
  result.nodes.clear();
  std::vector<graph::TensorId> real(quantized.tensors.size());
  for (std::size_t i = 0; i < real.size(); ++i) real[i] = static_cast<graph::TensorId>(i);
  const auto at = [&](graph::TensorId id) -> graph::TensorId& { return real[static_cast<std::size_t>(id)]; };
  for (graph::Node node : quantized.nodes) {
    for (graph::TensorId& id : node.inputs) {
      if (id != graph::kNoTensor) id = at(id);
    }
    if (node.op == "QuantizeLinear" || node.op == "DequantizeLinear" || node.op == "Cast") {
      graph::Tensor& source = result.tensors[static_cast<std::size_t>(node.inputs[0])];
      if (source.constant != nullptr) {
        source.type = graph::DataType::float32;
        source.constant = std::make_shared<graph::TensorData>(graph::TensorData{source.type, source.shape, {}});
      }
      at(node.outputs[0]) = node.inputs[0];
    } else {
      result.nodes.push_back(node);
    }
  }
  for (graph::TensorId& id : result.outputs) {
    const std::string name = quantized.tensor(id).name;
    if (at(id) == id) continue;
    result.tensors[static_cast<std::size_t>(id)].name += "_unused";
    id = at(id);
    result.tensors[static_cast<std::size_t>(id)].name = name;
  }
  return result;
}

TEST(AsInt8Models, Digits) {
  const std::string folder = std::string(INTLOOM_SOURCE_DIR) + "/models/digits/";
  expect_same_layers(lower_as_int8(graph::import_onnx(folder + "digits-float.onnx")),
                     lower(graph::import_onnx(folder + "digits-int8.onnx")));
}

void compare_with_quantized(const std::string& path) {
  const graph::Graph quantized = graph::import_onnx(path);
  const graph::Graph real = without_notation(quantized);
  EXPECT_NO_THROW(graph::validate(real));
  expect_same_layers(lower_as_int8(real), lower(quantized));
}

// A layer list becomes as many layers, in the order of the file, each between an input and an output of its own.
TEST(AsInt8Models, LayerLists) {
  const std::string folder = std::string(INTLOOM_SOURCE_DIR) + "/configs/workloads/";
  for (const char* name : {"alexnet.csv", "resnet50_mobilenet_layers.csv", "bert_base_block_gemms.csv"}) {
    const graph::Graph list = graph::import_layer_list(folder + name);
    const Network network = lower_as_int8(list);
    ASSERT_EQ(network.layers.size(), list.nodes.size());
    ASSERT_EQ(network.inputs.size(), list.nodes.size());
    for (std::size_t i = 0; i < list.nodes.size(); ++i) {
      const Layer& layer = network.layers[i];
      EXPECT_EQ(layer.name, list.nodes[i].name);
      EXPECT_EQ(layer.inputs, std::vector<TensorId>{network.inputs[i].tensor});
      EXPECT_EQ(network.outputs[i].tensor, layer.output);
      EXPECT_EQ(network.outputs[i].name, layer.name + ".output");
      EXPECT_TRUE(layer.conv().weights.empty());
    }
  }
}

TEST(AsInt8Models, MobileNetV2) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/mobilenetv2-qdq.onnx");
  compare_with_quantized(path);
}

TEST(AsInt8Models, EfficientNetLite0) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/efficientnet-lite0-qdq-u8s8.onnx");
  compare_with_quantized(path);
}

TEST(AsInt8Models, ResNet50) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/resnet50-random-qdq-u8s8.onnx");
  compare_with_quantized(path);
}

}  // namespace
}  // namespace intloom::quant
