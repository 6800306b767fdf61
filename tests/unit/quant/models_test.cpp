// Whole exported networks: how many layers they become, some of their multipliers, and that their integers are
// ONNX Runtime's.
//
// Multipliers were computed with NumPy in float32, np.float32(np.float32(sx * sw) / sy), from the models' constants.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/quant/lower.h"
#include "runtime/quant/quantization.h"
#include "runtime/reference/integer_reference.h"
#include "tests/unit/quant/shared_models.h"

namespace intloom::quant {
namespace {

using Counts = std::map<std::string, int>;

Counts count_layers(const Network& network) {
  Counts counts;
  for (const Layer& layer : network.layers) ++counts[std::string(op_name(layer.op))];
  return counts;
}

const Layer& layer_named(const Network& network, const std::string& name) {
  const auto found = std::find_if(network.layers.begin(), network.layers.end(),
                                  [&](const Layer& layer) { return layer.name == name; });
  if (found == network.layers.end()) throw std::out_of_range("no layer " + name);
  return *found;
}

std::int64_t total_macs(const Network& network) {
  std::int64_t macs = 0;
  for (const Layer& layer : network.layers) macs += layer_macs(network, layer);
  return macs;
}

// Image `n` of a batch, as the model's first QuantizeLinear has it.
reference::IntegerTensor quantize_image(const Network& network, const graph::TensorData& images, std::int64_t n) {
  const Tensor& tensor = network.tensor(network.inputs.at(0).tensor);
  const std::int64_t size = graph::element_count(tensor.shape);
  reference::IntegerTensor integers;
  for (std::int64_t i = 0; i < size; ++i) {
    const float value = images.as<float>()[n * size + i];
    integers.push_back(static_cast<std::uint8_t>(quantize_value(value, quantization_of(tensor))));
  }
  return integers;
}

int different_outputs(const Network& network, const std::vector<reference::IntegerTensor>& values,
                      const float* expected) {
  const TensorId id = network.outputs.at(0).tensor;
  const Tensor& tensor = network.tensor(id);
  int different = 0;
  for (const std::uint8_t byte : values[static_cast<std::size_t>(id)]) {
    different += tensor.scale * static_cast<float>(byte - tensor.zero_point) == *expected++ ? 0 : 1;
  }
  return different;
}

TEST(Models, MobileNetV2) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/mobilenetv2-qdq.onnx");
  const Network network = lower(graph::import_onnx(path));
  EXPECT_EQ(count_layers(network), (Counts{{"conv", 53}, {"add", 10}, {"average_pool", 1}}));
  EXPECT_EQ(network.folded_quantize_nodes, 66);
  EXPECT_EQ(network.folded_dequantize_nodes, 182);
  EXPECT_EQ(layer_named(network, "Conv_305").conv().multiplier, (std::vector<float>{0x1.d6878ap-9F}));
  EXPECT_EQ(layer_named(network, "Conv_312").conv().multiplier, (std::vector<float>{0x1.7b9198p-6F}));
  EXPECT_EQ(layer_named(network, "Add_365").binary().multiplier,
            (std::array<float, 2>{0x1.7bcff6p-1F, 0x1.879c36p-1F}));
  EXPECT_EQ(layer_named(network, "GlobalAveragePool_710").pool().multiplier, 1);
  EXPECT_EQ(layer_named(network, "Gemm_720").conv().multiplier, (std::vector<float>{0x1.0ce294p-10F}));
  EXPECT_EQ(layer_named(network, "Conv_305").folded, (std::vector<std::string>{"Relu_306", "Cast_308"}));
  EXPECT_EQ(layer_named(network, "Conv_305").clamp.lo, 0);
}

TEST(Models, MobileNetV2GivesTheLogitsOfOnnxRuntime) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/mobilenetv2-qdq.onnx");
  const std::string stem = path.substr(0, path.size() - 5);
  const Network network = lower(graph::import_onnx(path));
  const graph::TensorData image = graph::read_tensor_file(stem + ".input_0.pb").begin()->second;
  const graph::TensorData logits = graph::read_tensor_file(stem + ".output_0.pb").begin()->second;
  const auto values = reference::run_exact_reference(network, {quantize_image(network, image, 0)});
  EXPECT_EQ(different_outputs(network, values, logits.as<float>()), 0);
}

isa::MachineDescription float32_machine() {
  isa::MachineDescription machine;
  machine.accumulator.width_bits = 64;
  for (isa::ScalingDescription* scaling : {&machine.requant.scaling, &machine.vector.scaling}) {
    scaling->multiplier = isa::Multiplier::float32;
    scaling->rounding = isa::Rounding::half_even;
    scaling->out_of_range = isa::OutOfRange::saturate;
    scaling->per_channel = true;
  }
  return machine;
}

TEST(Models, EfficientNetLite0) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/efficientnet-lite0-qdq-u8s8.onnx");
  const Network network = lower(graph::import_onnx(path));
  EXPECT_EQ(count_layers(network), (Counts{{"conv", 50}, {"add", 9}, {"average_pool", 1}}));
  EXPECT_EQ(total_macs(network) / 1000000, 385);
  EXPECT_EQ(layer_named(network, "/_conv_head/Conv").conv().multiplier, (std::vector<float>{0x1.0fc3e2p-6F}));
  EXPECT_EQ(layer_named(network, "/_avg_pooling/GlobalAveragePool").pool().multiplier, 0x1.18f73ep+0F);
  const Layer& gemm = layer_named(network, "/_fc/Gemm");
  EXPECT_EQ(gemm.conv().multiplier, (std::vector<float>{0x1.395deep-10F}));
  EXPECT_EQ(gemm.folded, (std::vector<std::string>{"/Flatten"}));
  const std::string folder = path.substr(0, path.rfind('/'));
  const auto photos = graph::read_tensor_file(folder + "/efficientnet-lite0.inputs.npz").at("x");
  const auto logits = graph::read_tensor_file(folder + "/efficientnet-lite0.outputs.npz").at("quantized");
  for (std::int64_t n = 0; n < 4; ++n) {
    const auto values =
        reference::run_integer_reference(network, float32_machine(), {quantize_image(network, photos, n)});
    EXPECT_EQ(different_outputs(network, values, logits.as<float>() + n * 1000), 0) << "photo " << n;
  }
}

TEST(Models, ResNet50) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/resnet50-random-qdq-u8s8.onnx");
  const Network network = lower(graph::import_onnx(path));
  EXPECT_EQ(count_layers(network), (Counts{{"conv", 54}, {"add", 16}, {"max_pool", 1}, {"average_pool", 1}}));
  EXPECT_EQ(total_macs(network) / 100000000, 40);
}

TEST(Models, SingleConvolutions) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/conv_qdq_u8u8.onnx");
  const std::string folder = path.substr(0, path.rfind('/'));
  const Network u8u8 = lower(graph::import_onnx(path));
  ASSERT_EQ(count_layers(u8u8), (Counts{{"conv", 1}}));
  EXPECT_EQ(u8u8.layers[0].conv().multiplier, (std::vector<float>{0x1.07c2dep-8F}));
  EXPECT_EQ(u8u8.layers[0].conv().weight_zero_point, 141);
  EXPECT_FALSE(u8u8.layers[0].conv().weights_signed);
  EXPECT_EQ(u8u8.layers[0].conv().window.pads, (std::array<std::int64_t, 4>{2, 2, 2, 2}));
  const Network channels = lower(graph::import_onnx(folder + "/conv_qdq_s8s8_perchannel.onnx"));
  ASSERT_EQ(count_layers(channels), (Counts{{"conv", 1}}));
  ASSERT_EQ(channels.layers[0].conv().multiplier.size(), 32U);
  EXPECT_EQ(channels.layers[0].conv().multiplier[0], 0x1.69b06cp-9F);
  EXPECT_EQ(channels.layers[0].conv().multiplier[1], 0x1.3ff67ep-9F);
  EXPECT_EQ(channels.layers[0].conv().multiplier[2], 0x1.a4c000p-9F);
  EXPECT_EQ(channels.tensor(channels.layers[0].output).zero_point, -128);
}

// Behind a float tensor that is an output: a QuantizeLinear, as exporters should put it.
void quantize_output(graph::Graph& graph, std::size_t output, float scale, std::uint8_t zero_point) {
  const auto add_constant = [&](const std::string& name, graph::DataType type) {
    auto data = std::make_shared<graph::TensorData>(graph::make_tensor(type, {}));
    if (type == graph::DataType::float32) *data->as<float>() = scale;
    if (type == graph::DataType::uint8) *data->as<std::uint8_t>() = zero_point;
    graph.tensors.push_back({name, type, {}, data});
    return static_cast<graph::TensorId>(graph.tensors.size()) - 1;
  };
  const graph::TensorId real = graph.outputs[output];
  const graph::TensorId s = add_constant("added_scale", graph::DataType::float32);
  const graph::TensorId z = add_constant("added_zero_point", graph::DataType::uint8);
  graph.tensors.push_back({"added_output", graph::DataType::uint8, graph.tensor(real).shape, nullptr});
  graph.outputs[output] = static_cast<graph::TensorId>(graph.tensors.size()) - 1;
  graph.nodes.push_back({"added", "QuantizeLinear", "", {real, s, z}, {graph.outputs[output]}, {}});
}

// Its first output, of an Add, has no QuantizeLinear; each Add shares a DequantizeLinear with a Conv.
TEST(Models, MultiConsumerDequantizeLinear) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/qdq_with_multi_consumer_dq_nodes.onnx");
  graph::Graph graph = graph::import_onnx(path);
  try {
    lower(graph);
    FAIL() << "an output is float";
  } catch (const graph::ModelError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("MobilenetEdgeTPU/expanded_conv_4/add"), std::string::npos) << message;
    EXPECT_NE(message.find("last QuantizeLinear is missing"), std::string::npos) << message;
  }
  quantize_output(graph, 0, 0.4F, 128);
  const Network network = lower(graph);
  EXPECT_EQ(count_layers(network), (Counts{{"conv", 6}, {"add", 3}}));
  EXPECT_EQ(network.outputs.size(), 2U);
}

// 63 Convs, 57 of them behind a SiLU; nothing is left float.
TEST(Models, SiluDetector) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/silu-detector-480x640-qdq-s8s8.onnx");
  const Network network = lower(graph::import_onnx(path));
  EXPECT_EQ(count_layers(network), (Counts{{"conv", 63},
                                           {"lookup", 57},
                                           {"multiply", 57},
                                           {"add", 6},
                                           {"concat", 16},
                                           {"slice", 16},
                                           {"max_pool", 3},
                                           {"resize", 2}}));
}

TEST(Models, TextDetector) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/ppocr-det-qdq-u8s8.onnx");
  const Network network = lower(graph::import_onnx(path));
  const Counts counts = count_layers(network);
  EXPECT_EQ(counts.at("conv"), 65);  // 62 Conv, 2 ConvTranspose, 1 BatchNormalization
  EXPECT_EQ(counts.at("resize"), 6);
  EXPECT_GT(counts.at("lookup"), 0);
}

TEST(Models, OperatorsOfLaterSupportAreNamed) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/ppocr-cls-qdq-u8s8.onnx");
  try {
    lower(graph::import_onnx(path));
    FAIL() << "it has operators without integer form";
  } catch (const graph::ModelError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("(Softmax): this operator cannot be lowered"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace intloom::quant
