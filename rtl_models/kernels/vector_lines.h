// The vectorized loops of VECTOR on contiguous lines of bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/proven_range.h"

namespace intloom::kernels {

// add and multiply in float32 with proof (proven_range.h):
//   sum        v = (a - za) * ma + ((b - zb) * mb + constant)
//   product    v = (a - za) * (b - zb) * ma + constant
struct LinearLine {
  bool product = false;
  int a_sign = 0, b_sign = 0;  // sign_of
  int za = 0, zb = 0;
  float ma = 0, mb = 0, constant = 0;  // finite
  float tie = kNeverProven;
  ProvenRange range;
  // Computes `count` bytes exactly; returns how many saturated.
  const void* context = nullptr;
  int (*exact)(const void* context, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
               std::uint8_t* out) = nullptr;
};

// out[i] = the byte of a[i] and b[i], 0 <= i < count. `out` may be a or b. Returns the saturations.
std::int64_t linear_line(const LinearLine& line, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                         std::uint8_t* out);

// out[i] = table[a[i]], 0 <= i < count, of a table of 256 bytes, 16-byte aligned. `out` may be a.
void look_up_line(const std::uint8_t* table, const std::uint8_t* a, std::size_t count, std::uint8_t* out);

// to[i] = max(to[i], from[i]) over `words` words of `bytes` bytes, as int8 (sign 0x80) or uint8 (sign 0); the words of
// `to` lie side by side, those of `from` from_pitch apart.
void max_words(std::uint8_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words, std::size_t bytes,
               int sign);

// to[i] += from[i] over such words, from an int8 or uint8 as above.
void add_words(std::int32_t* to, const std::uint8_t* from, std::size_t from_pitch, std::size_t words, std::size_t bytes,
               int sign);

// The same of sums.
void add_sums(std::int32_t* to, const std::int32_t* from, std::size_t from_pitch, std::size_t words, std::size_t lanes);

}  // namespace intloom::kernels
