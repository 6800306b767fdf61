// A systolic array of rows x cols processing elements that hold their weights: activations move right, partial sums
// and weights move down, one PE a cycle. Timing: rules M1.. of README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "rtl_models/mac_array/mac_array.h"
#include "rtl_models/mac_array/systolic_grid.h"
#include "rtl_models/mac_array/weight_grid.h"
#include "rtl_models/record/array_counters.h"

namespace intloom::hw {

class WeightStationaryArray : public MacArray {
 public:
  WeightStationaryArray(const sc_core::sc_module_name& name, MachineContext& context,
                        const isa::MachineDescription& machine);

  // Edges from the one that samples a row to the one that writes its sums: rows + cols - 2 (M2).
  int latency() const { return latency_; }

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

  // Registers of PE(row, column), for debugging.
  std::int32_t active_weight(int row, int column) const { return weights_.active(row, column); }
  std::int32_t shadow_weight(int row, int column) const { return weights_.shadow(row, column); }
  std::int32_t partial_sum(int row, int column) const { return grid_.partial_sum(row, column); }
  std::int32_t activation(int row, int column) const { return grid_.activation(row, column); }

 protected:
  void tick() override;
  bool idle() const override { return quiet_; }
  void end_of_elaboration() override;

 private:
  void take_swap();
  void take_weights();
  void take_activation(bool valid);
  void emit();

  // One row on its way through the array.
  struct Wavefront {
    bool valid = false;
    std::uint64_t tag = 0;
  };

  int rows_, cols_, latency_;
  SystolicGrid grid_;
  WeightGrid weights_;
  std::vector<Wavefront> wavefronts_;  // ring: one entry an edge
  std::size_t newest_ = 0;
  int rows_in_flight_ = 0;
  bool quiet_ = true;
  bool sum_valid_q_ = false;
  bool loaded_ = false;  // a complete block waits in the shadow weights
  Lanes<std::int32_t> sums_;

  ArrayCounters counted_;
};

}  // namespace intloom::hw
