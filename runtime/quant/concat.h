// Concat, shared by the QDQ and the QOperator forms.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runtime/quant/elementwise.h"
#include "runtime/quant/float_values.h"

namespace intloom::quant {

// Each part is requantized into its range of the output. A part that nothing has quantized yet takes the output's
// scale.
class ConcatValue : public FloatValue {
 public:
  using Part = std::variant<FloatPtr, Operand>;
  ConcatValue(const graph::Tensor& output, const graph::Node& node, std::vector<Part> parts,
              std::vector<std::string> part_names);

  std::optional<TensorId> integers(Lowering& lowering) override;
  TensorId quantize(Lowering& lowering, const Target& target) override;

 private:
  TensorId part_id(Lowering& lowering, std::size_t i, const Target& target);
  struct Made {
    Quantization quantization;
    Clamp clamp;
    TensorId id;
  };
  graph::Shape shape_;
  int axis_;
  std::vector<Part> parts_;
  std::vector<std::string> part_names_;
  std::vector<Made> made_;
};

}  // namespace intloom::quant
