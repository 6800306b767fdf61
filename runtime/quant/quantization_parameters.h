// Scales and zero points as nodes give them: constant inputs, checked.
#pragma once

#include "runtime/graph/graph.h"
#include "runtime/quant/lowering.h"
#include "runtime/quant/quantization.h"

namespace intloom::quant {

// As many scales as the model gives, and as many zero points; uint8 with zero point 0 where that input is absent.
struct ScalesAndZeroPoints {
  std::vector<float> scales;
  std::vector<std::int32_t> zero_points;
  graph::DataType type = graph::DataType::uint8;
};
ScalesAndZeroPoints read_parameters(const Lowering& lowering, const graph::Node& node, std::size_t scale_input,
                                    std::size_t zero_point_input);

// Of an activation: one scale, one zero point, int8 or uint8.
Quantization read_activation_parameters(const Lowering& lowering, const graph::Node& node, std::size_t scale_input,
                                        std::size_t zero_point_input);

}  // namespace intloom::quant
