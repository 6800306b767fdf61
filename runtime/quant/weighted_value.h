// Conv, Gemm, MatMul and their QOperator forms: one recipe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/quant/float_values.h"

namespace intloom::quant {

// Constant weights: int8 or uint8, and how their elements are found.
struct Weights {
  QuantizedConstantPtr constant;
  std::vector<float> scales;  // 1 or one an output channel
  std::int32_t zero_point = 0;
  std::int64_t output_channels = 1;
  std::int64_t output_axis = 0;
};
// Checks that they are constant and dequantized, int8 or uint8, one zero point, scales along `output_axis` only.
Weights read_weights(const Lowering& lowering, const graph::Node& node, std::size_t input, int output_axis);
// Of a constant integer input whose scales the node itself gives.
Weights read_weights(const Lowering& lowering, const graph::Node& node, std::size_t input, std::size_t scale_input,
                     std::size_t zero_point_input, int output_axis);

// Y = multiplier scale * (X - Zx)(W - Zw), plus a bias.
class WeightedValue : public LayerValue {
 public:
  struct Recipe {
    TensorId input = -1;
    float input_scale = 1;  // of the products: f32(alpha * Sx)
    Weights weights;
    // The weights in the order of ConvParameters::weights; called where a layer comes into being.
    std::function<std::vector<std::int16_t>()> ordered_weights;
    ConvParameters shape;  // channels, groups, window; the rest is filled in
    std::vector<std::int32_t> bias;
    NetworkBuilder::Output output;
    std::vector<std::string> folded;
  };
  WeightedValue(std::string tensor_name, const graph::Node& node, Recipe recipe);

  // The same with a constant added to the bias.
  std::shared_ptr<WeightedValue> plus(std::string tensor_name, const graph::Node& add,
                                      const std::vector<std::int32_t>& bias) const;
  const Recipe& recipe() const { return recipe_; }

 private:
  Recipe recipe_;
};

// True for one number, or one for each of the channels that lie along `channel_axis` of `output`: what adds to a bias.
bool is_bias_shape(const graph::Shape& shape, const graph::Shape& output, std::size_t channel_axis);

// f32(input_scale * weight scale), one or one an output channel.
std::vector<float> product_scales(float input_scale, const std::vector<float>& weight_scales);

// A constant bias as int32 at the product scales. int32 behind a DequantizeLinear with those scales is taken as it is;
// anything else (another scale, a plain float) is rounded to them, ties to even. `factor`: beta of Gemm.
// The value must have one element, or `channels` elements along one dimension.
std::vector<std::int32_t> read_bias(const graph::Node& node, const Value& value, const std::string& name,
                                    const std::vector<float>& scales, std::int64_t channels, float factor = 1);

}  // namespace intloom::quant
