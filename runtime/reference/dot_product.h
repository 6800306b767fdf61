// Exact sums of products of 16-bit integers of at most 9 bits and a sign: the inner loops of the integer oracle.
//
// Written so that a compiler vectorizes them; chosen for the processor at load time.
#pragma once

#include <cstdint>

namespace intloom::reference {

// sums[n] += sum over i < length of x[i] * weights[n*weight_stride + i], for n < outputs.
// |x|, |weights| < 2^8, so that 2^15 products fit in 32 bits; any length.
void add_dot_products(const std::int16_t* x, const std::int16_t* weights, std::int64_t weight_stride,
                      std::int64_t outputs, std::int64_t length, std::int64_t* sums);

// sums[c] += sum over t < taps of x[t][c] * weights[t*channels + c], for c < channels; x: one pointer a tap.
// `scratch`: channels integers. Any number of taps.
void add_depthwise_products(const std::int16_t* const* x, const std::int16_t* weights, std::int64_t taps,
                            std::int64_t channels, std::int32_t* scratch, std::int64_t* sums);

}  // namespace intloom::reference
