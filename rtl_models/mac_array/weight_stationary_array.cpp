#include "rtl_models/mac_array/weight_stationary_array.h"

#include <fmt/format.h>

namespace intloom::hw {

WeightStationaryArray::WeightStationaryArray(const sc_core::sc_module_name& name, MachineContext& context,
                                             const isa::MachineDescription& machine)
    : MacArray(name, context),
      rows_(machine.array.rows),
      cols_(machine.array.cols),
      latency_(rows_ + cols_ - 2),
      grid_(rows_, cols_),
      weights_(rows_, cols_),
      wavefronts_(static_cast<std::size_t>(latency_) + 1),
      sums_(cols_) {}

void WeightStationaryArray::end_of_elaboration() {
  wake_on(act_valid_i.value_changed_event());
  wake_on(weight_valid_i.value_changed_event());
  wake_on(rst_ni.value_changed_event());
}

void WeightStationaryArray::reset() {
  for (Wavefront& wavefront : wavefronts_) wavefront.valid = false;
  rows_in_flight_ = 0;
  weights_.clear();
  loaded_ = false;
  if (sum_valid_q_) sum_valid_o.write(false);
  sum_valid_q_ = false;
  quiet_ = true;
}

void WeightStationaryArray::tick() {
  const bool activation = act_valid_i.read();
  const bool weights = weight_valid_i.read();
  const bool swap = activation && act_swap_i.read();
  if (swap) take_swap();  // before the weights of this edge: they belong to the block after (M5)
  if (weights) take_weights();
  if (weights_.moving()) weights_.advance();
  if (activation || rows_in_flight_ > 0) {
    take_activation(activation);
    grid_.multiply(weights_.active());
    emit();
    ++counted_.active_cycles;
  } else if (sum_valid_q_) {
    sum_valid_q_ = false;
    sum_valid_o.write(false);
  }
  quiet_ = !activation && !weights && rows_in_flight_ == 0 && !weights_.moving() && !sum_valid_q_;
}

void WeightStationaryArray::take_swap() {
  if (!loaded_) return raise_fault("a row swaps to weights that have not all been sampled at an earlier edge");
  loaded_ = false;
  weights_.swap();
  ++counted_.blocks;
}

void WeightStationaryArray::take_weights() {
  const int row = weight_row_i.read();
  if (loaded_) return raise_fault("weights for a block while the one before has not become active");
  if (row >= rows_) return raise_fault(fmt::format("weights for row {} of an array of {} rows", row, rows_));
  weights_.load(row, weight_diagonal_i.read(), weight_data_i.read().lane);
  loaded_ = weight_last_i.read();
  ++counted_.weight_rows;
}

void WeightStationaryArray::take_activation(bool valid) {
  grid_.advance();
  Wavefront& wavefront = wavefronts_[newest_];
  wavefront.valid = valid;
  if (!valid) return;
  wavefront.tag = act_tag_i.read();
  grid_.enter(act_data_i.read().lane);
  ++rows_in_flight_;
  ++counted_.activation_rows;
}

void WeightStationaryArray::emit() {
  newest_ = newest_ + 1 == wavefronts_.size() ? 0 : newest_ + 1;
  const Wavefront& oldest = wavefronts_[newest_];
  if (oldest.valid) {
    grid_.collect(sums_.lane);
    sum_data_o.write(sums_);
    sum_tag_o.write(oldest.tag);
    --rows_in_flight_;
  }
  if (oldest.valid == sum_valid_q_) return;
  sum_valid_q_ = oldest.valid;
  sum_valid_o.write(sum_valid_q_);
}

void WeightStationaryArray::describe_waves(WaveScope& scope) const {
  scope.add("rows_in_flight_q", 16,
            [this](std::uint64_t* words) { words[0] = static_cast<std::uint64_t>(rows_in_flight_); });
  scope.add("shadow_loaded_q", 1, [this](std::uint64_t* words) { words[0] = loaded_ ? 1 : 0; });
}

}  // namespace intloom::hw
