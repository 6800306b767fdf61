#include <fmt/format.h>

#include "runtime/mapping/conv_mapping.h"

namespace intloom::mapping {

std::string ConvMapping::describe() const {
  std::string text = fmt::format("tile {}x{} px, {} ch", tile_h, tile_w, tile_n);
  if (parts > 1) text += fmt::format(" in {} parts of the sum", parts);
  text += channel_outer ? "; channels outer" : "; pixels outer";
  text += input_resident ? "; input on chip" : fmt::format("; input in {} slots", input_slots);
  text += weights_resident ? "; weights resident" : fmt::format("; weights by tile in {} slots", weight_slots);
  text += output_resident ? "; output on chip" : "; output to memory";
  return text;
}

}  // namespace intloom::mapping
