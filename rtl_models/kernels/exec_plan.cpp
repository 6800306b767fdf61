#include "rtl_models/kernels/exec_plan.h"

#include <algorithm>
#include <tuple>

#include "rtl_models/kernels/sum_bounds.h"

namespace intloom::kernels {

namespace {

// More geometries than programs have; where one does have more, the tables of the others are found anew.
constexpr std::size_t kMostPlans = 2048;

bool proves(const ExecShape& shape, const isa::MachineDescription& machine) {
  const Range widest = widest_sum(shape);
  return all_fit({}, &widest, 1, width_range(machine.accumulator.width_bits));
}

auto map_fields(const isa::MapRegion& map) {
  return std::tie(map.pixel_pitch, map.row_pitch, map.block_pitch, map.height, map.width, map.is_signed);
}

auto window_fields(const isa::Window& window) {
  return std::tie(window.kernel_h, window.kernel_w, window.stride_h, window.stride_w, window.dilation_h,
                  window.dilation_w, window.pad_top, window.pad_left);
}

auto other_fields(const isa::Exec& exec) {
  return std::tie(exec.depthwise, exec.weights_signed, exec.out_height, exec.out_width, exec.channels,
                  exec.output_channels, exec.zx, exec.zw, exec.pad_value);
}

}  // namespace

ExecPlan::ExecPlan(const isa::Exec& exec, const isa::MachineDescription& machine)
    : made_for(exec),
      shape(exec, machine),
      panels(shape),
      always_fits(proves(shape, machine)),
      idle_columns(shape.groups * shape.cols != shape.outputs) {
  if (exec.depthwise)
    depthwise.emplace(exec, shape);
  else
    dense.emplace(exec, shape);
}

bool ExecPlan::serves(const isa::Exec& exec) const {
  return other_fields(exec) == other_fields(made_for) && map_fields(exec.x) == map_fields(made_for.x) &&
         window_fields(exec.window) == window_fields(made_for.window);
}

void PlanStore::find_or_make(const isa::Exec& exec, SharedPlan& kept) {
  if (kept == nullptr || !kept->serves(exec)) kept = find_or_make(exec);
}

SharedPlan PlanStore::find_or_make(const isa::Exec& exec) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // From the back: a command is often like the one before it.
  const auto found =
      std::find_if(plans_.rbegin(), plans_.rend(), [&](const SharedPlan& plan) { return plan->serves(exec); });
  if (found != plans_.rend()) return *found;
  if (plans_.size() == kMostPlans) plans_.clear();
  plans_.push_back(std::make_shared<ExecPlan>(exec, machine_));
  return plans_.back();
}

}  // namespace intloom::kernels
