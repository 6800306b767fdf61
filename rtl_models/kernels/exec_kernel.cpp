#include "rtl_models/kernels/exec_kernel.h"

#include <algorithm>

#include "rtl_models/kernels/dense_activations.h"
#include "rtl_models/kernels/dense_kernel.h"
#include "rtl_models/kernels/depthwise_kernel.h"
#include "rtl_models/kernels/exec_plan.h"
#include "rtl_models/kernels/ordered_sums.h"
#include "rtl_models/kernels/packed_weights.h"
#include "rtl_models/kernels/sum_bounds.h"
#include "rtl_models/kernels/sums_view.h"
#include "rtl_models/kernels/weight_store.h"

namespace intloom::kernels {

namespace {

// Sizes of a part of a dense product: enough work to hand out, few enough activations for the second level cache.
constexpr std::size_t kPixelsOfAPart = 48;
constexpr std::size_t kProductsOfAPart = 1 << 19;

SumsView view_of(AccumulatorBanks& banks, const isa::Exec& exec, const ExecShape& shape) {
  return {banks.wide() ? nullptr : banks.int32_row(exec.acc_bank, exec.acc_row),
          banks.wide() ? banks.int64_row(exec.acc_bank, exec.acc_row) : nullptr,
          shape.pixels,
          shape.cols,
          shape.group_channels,
          shape.outputs,
          0,
          exec.accumulate};
}

// Columns without a channel hold sums of zeros.
void clear_idle_columns(const ExecShape& shape, const SumsView& sums) {
  for (std::size_t group = 0; group < shape.groups; ++group) {
    const std::size_t used = std::min(shape.group_channels, shape.outputs - group * shape.group_channels);
    if (used == shape.cols) continue;
    for (std::size_t pixel = 0; pixel < shape.pixels; ++pixel) {
      const std::size_t row = (group * shape.pixels + pixel) * shape.cols;
      if (sums.int32 != nullptr)
        std::fill_n(sums.int32 + row + used, shape.cols - used, 0);
      else
        std::fill_n(sums.int64 + row + used, shape.cols - used, 0);
    }
  }
}

void multiply_all_dense(const ExecPlan& plan, const DenseActivations& x, const std::int16_t* weights,
                        const SumsView& sums, ThreadPool& pool) {
  const ExecShape& shape = plan.shape;
  const WeightPanels& panels = plan.panels;
  const DenseProduct product{&x, weights, panels.pitch(), panels.run_pitch(), 0, shape.taps, 0, panels.pairs, sums};
  const std::size_t pixel_parts = (shape.pixels + kPixelsOfAPart - 1) / kPixelsOfAPart;
  const std::size_t panel_products = std::min(shape.pixels, kPixelsOfAPart) * panels.pitch();
  const std::size_t channel_parts =
      std::clamp<std::size_t>(panels.count * panel_products / kProductsOfAPart, 1, panels.count);
  pool.for_each(pixel_parts * channel_parts, [&](std::size_t part) {
    const std::size_t p = part / channel_parts, c = part % channel_parts;
    multiply_dense(product, p * kPixelsOfAPart, std::min((p + 1) * kPixelsOfAPart, shape.pixels),
                   c * panels.count / channel_parts * kPanel,
                   std::min((c + 1) * panels.count / channel_parts * kPanel, shape.outputs));
  });
}

}  // namespace

struct ExecKernel::Impl {
  explicit Impl(const isa::MachineDescription& description) : machine(description), plans(description) {}

  bool fits(const ExecPlan& plan, KeptWeights& weights, const SumsView& sums) const {
    if (!sums.add && plan.always_fits) return true;
    const Range limits = width_range(machine.accumulator.width_bits), present = present_sums(plan.shape, sums);
    const Range widest = widest_sum(plan.shape);
    return all_fit(present, &widest, 1, limits) || all_fit(present, &weights.sum_range(plan.shape), 1, limits);
  }

  ExecResult run_depthwise(const isa::Exec& exec, const ExecPlan& plan, const std::uint8_t* activations,
                           const std::uint8_t* weight_buffer, KeptWeights& weights, const SumsView& sums,
                           ThreadPool& pool) const {
    if (!fits(plan, weights, sums))
      return add_depthwise_in_order(machine.accumulator, plan.shape, exec, activations, weight_buffer, sums, pool);
    const DepthwiseProduct product(exec.x, plan, activations, weights.packed(), sums);
    const std::size_t strips = product.strips();
    pool.for_each(product.panels() * strips, [&](std::size_t part) { product.multiply(part / strips, part % strips); });
    return {};
  }

  ExecResult run_dense(const isa::Exec& exec, const ExecPlan& plan, const std::uint8_t* activations,
                       KeptWeights& weights, const SumsView& sums, ThreadPool& pool) {
    dense_activations.load(plan.shape, *plan.dense, activations + exec.x.address, exec.x.block_pitch, pool);
    if (!fits(plan, weights, sums))
      return add_dense_in_order(machine.accumulator, plan.shape, exec.acc_row, dense_activations, weights.packed(),
                                sums, pool);
    multiply_all_dense(plan, dense_activations, weights.packed(), sums, pool);
    return {};
  }

  isa::MachineDescription machine;
  PlanStore plans;
  WeightStore store;
  DenseActivations dense_activations;
};

ExecKernel::ExecKernel(const isa::MachineDescription& machine) : impl_(std::make_unique<Impl>(machine)) {}

ExecKernel::~ExecKernel() = default;

ExecResult ExecKernel::run(const isa::Exec& exec, std::uint32_t command, const std::uint8_t* activations,
                           const std::uint8_t* weights, AccumulatorBanks& accumulators, ThreadPool& pool) {
  const ExecPlan& plan = impl_->plans.find_or_make(exec, command);
  const SumsView sums = view_of(accumulators, exec, plan.shape);
  KeptWeights& packed = impl_->store.find_or_pack(plan.shape, command, weights + exec.weight_address, pool);
  if (plan.idle_columns && !exec.accumulate) clear_idle_columns(plan.shape, sums);
  return exec.depthwise ? impl_->run_depthwise(exec, plan, activations, weights, packed, sums, pool)
                        : impl_->run_dense(exec, plan, activations, packed, sums, pool);
}

void ExecKernel::keep_weights(bool keep) { impl_->store.keep(keep); }

}  // namespace intloom::kernels
