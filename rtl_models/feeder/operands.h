// Bytes of a buffer to operands of the array: lane = byte - zero_point, 9 bits two's complement.
#pragma once

#include <cstdint>

namespace intloom::hw {

// The first `used` lanes from `bytes` (int8 if is_signed, else uint8), the others up to `size` are 0.
void make_operands(const std::uint8_t* bytes, bool is_signed, std::int16_t zero_point, int used, int size,
                   std::int16_t* lanes);

}  // namespace intloom::hw
