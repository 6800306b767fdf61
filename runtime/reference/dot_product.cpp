#include "runtime/reference/dot_product.h"

#include <algorithm>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define INTLOOM_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define INTLOOM_CLONES
#endif

namespace intloom::reference {
namespace {

constexpr std::int64_t kExactProducts = 32768;  // 2^15 * 255 * 255 < 2^31

// Four outputs at once share the loads of x.
INTLOOM_CLONES void dot_by_four(const std::int16_t* x, const std::int16_t* weights, std::int64_t weight_stride,
                                std::int64_t length, std::int64_t* sums) {
  const std::int16_t* w0 = weights;
  const std::int16_t* w1 = w0 + weight_stride;
  const std::int16_t* w2 = w1 + weight_stride;
  const std::int16_t* w3 = w2 + weight_stride;
  std::int32_t s0 = 0;
  std::int32_t s1 = 0;
  std::int32_t s2 = 0;
  std::int32_t s3 = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    s0 += x[i] * w0[i];
    s1 += x[i] * w1[i];
    s2 += x[i] * w2[i];
    s3 += x[i] * w3[i];
  }
  sums[0] += s0;
  sums[1] += s1;
  sums[2] += s2;
  sums[3] += s3;
}

INTLOOM_CLONES std::int32_t dot(const std::int16_t* x, const std::int16_t* weights, std::int64_t length) {
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < length; ++i) sum += x[i] * weights[i];
  return sum;
}

INTLOOM_CLONES void multiply_add(const std::int16_t* x, const std::int16_t* weights, std::int64_t channels,
                                 std::int32_t* sums) {
  for (std::int64_t c = 0; c < channels; ++c) sums[c] += x[c] * weights[c];
}

}  // namespace

void add_dot_products(const std::int16_t* x, const std::int16_t* weights, std::int64_t weight_stride,
                      std::int64_t outputs, std::int64_t length, std::int64_t* sums) {
  for (std::int64_t first = 0; first < length; first += kExactProducts) {
    const std::int64_t run = std::min(kExactProducts, length - first);
    std::int64_t n = 0;
    for (; n + 4 <= outputs; n += 4) {
      dot_by_four(x + first, weights + n * weight_stride + first, weight_stride, run, sums + n);
    }
    for (; n < outputs; ++n) sums[n] += dot(x + first, weights + n * weight_stride + first, run);
  }
}

void add_depthwise_products(const std::int16_t* const* x, const std::int16_t* weights, std::int64_t taps,
                            std::int64_t channels, std::int32_t* scratch, std::int64_t* sums) {
  for (std::int64_t first = 0; first < taps; first += kExactProducts) {
    std::fill(scratch, scratch + channels, 0);
    for (std::int64_t t = first; t < std::min(taps, first + kExactProducts); ++t) {
      multiply_add(x[t], weights + t * channels, channels, scratch);
    }
    for (std::int64_t c = 0; c < channels; ++c) sums[c] += scratch[c];
  }
}

}  // namespace intloom::reference
