// Operands of the vector unit as maps that it can walk beside its output.
#pragma once

#include <vector>

#include "runtime/compile/context.h"

namespace intloom::compile {

struct Operand {
  StorageId storage = kNoStorage;  // none for a constant, which lies in memory only
  BlockedMap constant_map;
  quant::MapShape shape;                                            // as it lies in its storage
  bool one_row = false, one_column = false;                         // the same for every row, column of the output
  std::int64_t first_channel = 0, first_row = 0, first_column = 0;  // of the map, for a job that reads a part of it
  bool is_signed = true;
  std::int32_t zero_point = 0;
};

// An operand of an elementwise layer, broadcast to the layer's output by NumPy's rules. Constants are put into memory
// as maps. What pitches of 0 cannot express (other channels, other order of axes) is copied to a temporary map of the
// output's shape: commands of the current program layer.
Operand binary_operand(Context& context, const quant::Layer& layer, std::size_t index);

// An input of a layer that needs it whole, as a map with the channel axis of the output.
Operand whole_operand(Context& context, const quant::Layer& layer, std::size_t index);

}  // namespace intloom::compile
