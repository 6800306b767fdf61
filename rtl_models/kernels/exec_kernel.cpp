#include "rtl_models/kernels/exec_kernel.h"

#include <algorithm>
#include <utility>
#include <vector>

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

// Of a sum of one of `present` and some products.
std::int64_t largest_magnitude(const Range& present, const Range& products) {
  constexpr std::int64_t kFarBeyond = std::int64_t{1} << 60;  // no sum of 64 bits overflows here
  if (present.lowest < -kFarBeyond || present.highest > kFarBeyond) return INT64_MAX;
  return std::max(present.highest + products.highest, -(present.lowest + products.lowest));
}

}  // namespace

class ExecStore {
 public:
  explicit ExecStore(const isa::MachineDescription& machine) : plans(machine) {}

  PlanStore plans;
  WeightStore weights;
};

struct ExecKernel::Impl {
  Impl(const isa::MachineDescription& description, std::shared_ptr<ExecStore> shared)
      : machine(description), store(std::move(shared)) {}

  // Whether every sum fits; then `bound` is that of all of them.
  bool fits(const ExecPlan& plan, KeptWeights& weights, const SumsView& sums, std::int64_t& bound) const {
    const Range widest = widest_sum(plan.shape);
    if (!sums.add) bound = largest_magnitude({}, widest);
    if (!sums.add && plan.always_fits) return true;
    const Range limits = width_range(machine.accumulator.width_bits), present = present_sums(plan.shape, sums);
    bound = std::min(largest_magnitude(present, widest), -limits.lowest);
    if (all_fit(present, &widest, 1, limits)) return true;
    const Range of_weights = weights.sum_range(plan.shape);
    return all_fit(present, &of_weights, 1, limits);
  }

  ExecResult run_depthwise(const isa::Exec& exec, const ExecPlan& plan, const std::uint8_t* activations,
                           KeptWeights& weights, const SumsView& sums, std::int64_t& bound, ThreadPool& pool) const {
    if (!fits(plan, weights, sums, bound))
      return add_depthwise_in_order(machine.accumulator, plan.shape, exec, activations, weights.source(), sums, pool);
    const DepthwiseProduct product(exec.x, plan, activations, weights.packed(), sums);
    const std::size_t strips = product.strips();
    pool.for_each(product.panels() * strips, [&](std::size_t part) { product.multiply(part / strips, part % strips); });
    return {};
  }

  ExecResult run_dense(const isa::Exec& exec, const ExecPlan& plan, const std::uint8_t* activations,
                       std::uint64_t known, KeptWeights& weights, const SumsView& sums, std::int64_t& bound,
                       ThreadPool& pool) const {
    static thread_local DenseActivations own_operands;
    DenseActivations& operands = own_operands;  // parts that other threads take read this one's
    operands.load(plan.shape, *plan.dense, activations + exec.x.address, exec.x.block_pitch, known, pool);
    if (!fits(plan, weights, sums, bound))
      return add_dense_in_order(machine.accumulator, plan.shape, exec.acc_row, operands, weights.packed(), sums, pool);
    multiply_all_dense(plan, operands, weights.packed(), sums, pool);
    return {};
  }

  // What is kept of a command.
  struct Command {
    SharedPlan plan;
    SharedWeights weights;
  };

  isa::MachineDescription machine;
  std::shared_ptr<ExecStore> store;
  std::vector<Command> commands;
};

ExecKernel::ExecKernel(const isa::MachineDescription& machine)
    : ExecKernel(machine, std::make_shared<ExecStore>(machine)) {}

ExecKernel::ExecKernel(const isa::MachineDescription& machine, std::shared_ptr<ExecStore> store)
    : impl_(std::make_unique<Impl>(machine, std::move(store))) {}

ExecKernel::~ExecKernel() = default;
ExecKernel::ExecKernel(ExecKernel&&) noexcept = default;

const std::shared_ptr<ExecStore>& ExecKernel::store() const { return impl_->store; }

void ExecKernel::keep_weights(bool keep) {
  impl_->store->weights.keep(keep);
  impl_->commands.assign(impl_->commands.size(), {});
}

void ExecKernel::set_commands(std::size_t commands) { impl_->commands.resize(commands); }

ExecResult ExecKernel::run(const isa::Exec& exec, std::uint32_t command, const std::uint8_t* activations,
                           const std::uint8_t* weights, AccumulatorBanks& accumulators, ThreadPool& pool,
                           const KnownExec& known) {
  if (command >= impl_->commands.size()) impl_->commands.resize(command + 1);
  Impl::Command& kept = impl_->commands[command];
  if (!known.same_command || kept.plan == nullptr) impl_->store->plans.find_or_make(exec, kept.plan);
  const ExecPlan& plan = *kept.plan;
  const SumsView sums = view_of(accumulators, exec, plan.shape);
  SharedWeights found;
  if (!known.constant_weights || kept.weights == nullptr)
    found = impl_->store->weights.find_or_pack(plan.shape, weights + exec.weight_address, kept.weights, pool);
  KeptWeights& packed = found != nullptr ? *found : *kept.weights;
  if (plan.idle_columns && !exec.accumulate) clear_idle_columns(plan.shape, sums);
  std::int64_t bound = 0;
  ExecResult result = exec.depthwise
                          ? impl_->run_depthwise(exec, plan, activations, packed, sums, bound, pool)
                          : impl_->run_dense(exec, plan, activations, known.activations, packed, sums, bound, pool);
  accumulators.set_bound(exec.acc_bank, std::max(accumulators.bound(exec.acc_bank), bound));
  return result;
}

}  // namespace intloom::kernels
