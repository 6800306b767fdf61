// Fixed-point scaling: integers times M = m0 * 2^-n, m0 of up to 32 bits (its top bit need not be set), n >= 0.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::arith {

// half_even, half_up, half_away, floor:  R(x * m0 * 2^-n), one rounding of the exact product (96 bits), whatever n.
//
// tflite_double, for a multiplier of B = `multiplier_bits` bits:
//   half_away(half_up(wrap32(x << max(B - n, 0)) * m0 * 2^-B) * 2^-max(n - B, 0))
// a high multiply of 32 bits that keeps 2^-B, then a rounding shift by what is left of n. With B = 31 it is TFLite's
// RDBPOT(SRDHM(wrap32(x << max(s, 0)), m0), max(-s, 0)) with s = 31 - n, bit for bit, also where x or the shifted x
// does not fit 32 bits: TFLite wraps there. B = 0 (m0 = 1) leaves half_away(x * 2^-n).
//
// A result beyond int64 saturates to it. Throws std::invalid_argument for Rounding::model, which is no rounding.
std::int64_t requantize(std::int64_t x, std::uint32_t m0, int n, isa::Rounding rounding, int multiplier_bits = 31);

// y[i] = requantize(x[i], m0[i], n[i]), or with `multiplier: float32` float32_scale(x[i], m[i]) (float_scaling.h), m
// the float whose bits are in m0; for a row of a scaling unit, 0 <= i < lanes.
void scale_lanes(const isa::ScalingDescription& scaling, const std::int64_t* x, const std::uint32_t* m0,
                 const std::uint8_t* n, int lanes, std::int64_t* y);

// y[i] = shift_right(x[i], n) (rounding_shift.h).
void shift_lanes(const isa::ScalingDescription& scaling, const std::int64_t* x, int n, int lanes, std::int64_t* y);

}  // namespace intloom::arith
