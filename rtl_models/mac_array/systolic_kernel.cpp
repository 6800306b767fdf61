#include "rtl_models/mac_array/systolic_kernel.h"

#include "rtl_models/mac_array/systolic_grid.h"

namespace intloom::hw {

namespace {

// GCC and Clang split it into what the target has; windows of activations are not aligned.
typedef std::int32_t Vector __attribute__((vector_size(kVectorLanes * sizeof(std::int32_t)), aligned(4), may_alias));

#define INTLOOM_ALWAYS_INLINE inline __attribute__((always_inline))

INTLOOM_ALWAYS_INLINE void one_row(const std::int32_t* activations, const std::int32_t* weights,
                                   const std::int32_t* above, std::int32_t* below, int stride) {
  for (int c = 0; c < stride; c += kVectorLanes) {
    const Vector product =
        *reinterpret_cast<const Vector*>(activations + c) * *reinterpret_cast<const Vector*>(weights + c);
    *reinterpret_cast<Vector*>(below + c) = *reinterpret_cast<const Vector*>(above + c) + product;
  }
}

// From the bottom up, so that each row still finds the partial sums of the edge before.
INTLOOM_ALWAYS_INLINE void all_rows(const SystolicStep& step, int stride) {
  const std::ptrdiff_t activation_stride = static_cast<std::ptrdiff_t>(step.activation_stride);
  const std::ptrdiff_t last = step.rows - 1;
  const std::int32_t* activations = step.activations + last * activation_stride;
  const std::int32_t* weights = step.weights + last * stride;
  std::int32_t* above = step.above + last * stride;
  one_row(activations, weights, above, step.bottom, stride);
  for (std::ptrdiff_t r = last; r > 0; --r) {
    std::int32_t* below = above;
    activations -= activation_stride;
    weights -= stride;
    above -= stride;
    one_row(activations, weights, above, below, stride);
  }
}

// The widths that presets use are unrolled.
INTLOOM_ALWAYS_INLINE void all_rows(const SystolicStep& step) {
  switch (step.stride) {
    case kVectorLanes:
      return all_rows(step, kVectorLanes);
    case 2 * kVectorLanes:
      return all_rows(step, 2 * kVectorLanes);
    case 4 * kVectorLanes:
      return all_rows(step, 4 * kVectorLanes);
    default:
      return all_rows(step, step.stride);
  }
}

void step_baseline(const SystolicStep& step) { all_rows(step); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) void step_avx2(const SystolicStep& step) { all_rows(step); }
#endif

using Kernel = void (*)(const SystolicStep&);

Kernel best_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return step_avx2;
#endif
  return step_baseline;
}

}  // namespace

void systolic_step(const SystolicStep& step) {
  static const Kernel kernel = best_kernel();
  kernel(step);
}

}  // namespace intloom::hw
