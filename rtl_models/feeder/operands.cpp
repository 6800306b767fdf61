#include "rtl_models/feeder/operands.h"

namespace intloom::hw {

void make_operands(const std::uint8_t* __restrict bytes, bool is_signed, std::int16_t zero_point, int used, int size,
                   std::int16_t* __restrict lanes) {
  if (is_signed) {
    for (int i = 0; i < used; ++i)
      lanes[i] = static_cast<std::int16_t>(static_cast<std::int16_t>(static_cast<std::int8_t>(bytes[i])) - zero_point);
  } else {
    for (int i = 0; i < used; ++i)
      lanes[i] = static_cast<std::int16_t>(static_cast<std::int16_t>(bytes[i]) - zero_point);
  }
  for (int i = used; i < size; ++i) lanes[i] = 0;
}

}  // namespace intloom::hw
