#include "rtl_models/kernels/exec_kernel.h"

#include <algorithm>

#include "rtl_models/kernels/dense_activations.h"
#include "rtl_models/kernels/dense_kernel.h"
#include "rtl_models/kernels/depthwise_kernel.h"
#include "rtl_models/kernels/exec_shape.h"
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

void multiply_all_dense(const ExecShape& shape, const DenseActivations& x, const std::int16_t* weights,
                        const SumsView& sums, ThreadPool& pool) {
  const WeightPanels panels(shape);
  const DenseProduct product{&x, weights, panels.pitch(), panels.run_pitch(), 0, shape.taps, 0, panels.pairs, sums};
  const std::size_t pixel_parts = (shape.pixels + kPixelsOfAPart - 1) / kPixelsOfAPart;
  const std::size_t panel_products = shape.pixels / pixel_parts * panels.pitch();
  const std::size_t channel_parts =
      std::clamp<std::size_t>(panels.count * panel_products / kProductsOfAPart, 1, panels.count);
  pool.for_each(pixel_parts * channel_parts, [&](std::size_t part) {
    const std::size_t p = part / channel_parts, c = part % channel_parts;
    multiply_dense(product, p * shape.pixels / pixel_parts, (p + 1) * shape.pixels / pixel_parts,
                   c * panels.count / channel_parts * kPanel,
                   std::min((c + 1) * panels.count / channel_parts * kPanel, shape.outputs));
  });
}

}  // namespace

struct ExecKernel::Impl {
  explicit Impl(const isa::MachineDescription& description) : machine(description) {}

  bool fits(const ExecShape& shape, KeptWeights& weights, const SumsView& sums) const {
    const Range limits = width_range(machine.accumulator.width_bits), present = present_sums(shape, sums);
    const Range widest = widest_sum(shape);
    if (all_fit(present, &widest, 1, limits)) return true;
    const std::vector<Range>& ranges = weights.sum_ranges(shape);
    return all_fit(present, ranges.data(), ranges.size(), limits);
  }

  ExecResult run_depthwise(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* activations,
                           const std::uint8_t* weight_buffer, KeptWeights& weights, const SumsView& sums,
                           ThreadPool& pool) const {
    if (!fits(shape, weights, sums))
      return add_depthwise_in_order(machine.accumulator, shape, exec, activations, weight_buffer, sums, pool);
    const DepthwiseProduct product(exec, shape, activations, weights.packed(), sums);
    pool.for_each(product.panels() * product.strips(),
                  [&](std::size_t part) { product.multiply(part / product.strips(), part % product.strips()); });
    return {};
  }

  ExecResult run_dense(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* activations,
                       KeptWeights& weights, const SumsView& sums, ThreadPool& pool) {
    dense_activations.load(exec, shape, activations, pool);
    if (!fits(shape, weights, sums))
      return add_dense_in_order(machine.accumulator, shape, exec.acc_row, dense_activations, weights.packed(), sums,
                                pool);
    multiply_all_dense(shape, dense_activations, weights.packed(), sums, pool);
    return {};
  }

  isa::MachineDescription machine;
  WeightStore store;
  DenseActivations dense_activations;
};

ExecKernel::ExecKernel(const isa::MachineDescription& machine) : impl_(std::make_unique<Impl>(machine)) {}

ExecKernel::~ExecKernel() = default;

ExecResult ExecKernel::run(const isa::Exec& exec, std::uint32_t command, const std::uint8_t* activations,
                           const std::uint8_t* weights, AccumulatorBanks& accumulators, ThreadPool& pool) {
  const ExecShape shape(exec, impl_->machine);
  const SumsView sums = view_of(accumulators, exec, shape);
  KeptWeights& packed = impl_->store.find_or_pack(shape, command, weights + exec.weight_address, pool);
  if (!exec.accumulate) clear_idle_columns(shape, sums);
  return exec.depthwise ? impl_->run_depthwise(exec, shape, activations, weights, packed, sums, pool)
                        : impl_->run_dense(exec, shape, activations, packed, sums, pool);
}

void ExecKernel::keep_weights(bool keep) { impl_->store.keep(keep); }

}  // namespace intloom::kernels
