// The float32 multiplier: scaling as ONNX Runtime's CPU kernels do it. rne(v): v rounded to the nearest integer, ties
// to even. f32(i): an integer rounded to float32, ties to even. Each operation below rounds to float32 by itself except
// where fma is written. Results beyond +-2^62 (and NaN, as the largest) become +-2^62: far outside of any output type.
#pragma once

#include <cstdint>

namespace intloom::arith {

// QLinearConv, QLinearMatMul, QGemm, averages:  rne(f32(x) * m)
std::int64_t float32_scale(std::int64_t x, float m);

// QLinearMul:  rne(f32(product) * m + f32(zy)), product = (a - za) * (b - zb); the result includes zy.
std::int64_t float32_multiply(std::int64_t product, float m, int zy);

// QLinearAdd:  rne(fma(f32(a), ma, fma(f32(b), mb, constant))); the result includes zy.
std::int64_t float32_add(int a, int b, float ma, float mb, float constant);

// The constant of float32_add:  f32(zy) - fma(ma, f32(za), mb * f32(zb))
float float32_add_constant(float ma, int za, float mb, int zb, int zy);

// y[i] = float32_scale(x[i], m[i]), m[i] the float whose bits are multiplier_bits[i].
void float32_scale_lanes(const std::int64_t* x, const std::uint32_t* multiplier_bits, int lanes, std::int64_t* y);

}  // namespace intloom::arith
