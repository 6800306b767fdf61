// Executes EXEC: walks the activation addresses of a convolution and its weights, subtracts the zero points, injects
// padding, and feeds the array. Order of blocks and layout of weights: isa::Exec. Timing: rules F1.. of README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/feeder/activation_walk.h"
#include "rtl_models/feeder/delay_line.h"
#include "rtl_models/feeder/flag.h"
#include "rtl_models/feeder/phase.h"
#include "rtl_models/feeder/weight_walk.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/feeder_counters.h"

namespace intloom::hw {

class Feeder : public Block {
 public:
  sc_core::sc_in<bool> start_valid_i{"start_valid_i"};
  sc_core::sc_in<std::uint32_t> start_command_i{"start_command_i"};  // index into the program
  // High for one cycle from the edge on that hands the last row to the array: all reads are done, the activation and
  // weight banks are free (F7).
  sc_core::sc_out<bool> feed_done_o{"feed_done_o"};

  sc_core::sc_out<bool> act_read_valid_o{"act_read_valid_o"};
  sc_core::sc_out<std::uint32_t> act_read_address_o{"act_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> act_read_data_i{"act_read_data_i"};
  sc_core::sc_out<bool> weight_read_valid_o{"weight_read_valid_o"};
  sc_core::sc_out<std::uint32_t> weight_read_address_o{"weight_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> weight_read_data_i{"weight_read_data_i"};

  sc_core::sc_out<bool> act_valid_o{"act_valid_o"};
  sc_core::sc_out<Lanes<std::int16_t>> act_data_o{"act_data_o"};  // array.rows lanes
  sc_core::sc_out<bool> act_swap_o{"act_swap_o"};         // first row of a block: its weights become active with it
  sc_core::sc_out<std::uint64_t> act_tag_o{"act_tag_o"};  // accumulator_tag.h
  sc_core::sc_out<bool> weight_valid_o{"weight_valid_o"};
  sc_core::sc_out<std::uint16_t> weight_row_o{"weight_row_o"};          // array row; of a diagonal its first row
  sc_core::sc_out<bool> weight_diagonal_o{"weight_diagonal_o"};         // lane c is for PE(weight_row + c, c)
  sc_core::sc_out<Lanes<std::int16_t>> weight_data_o{"weight_data_o"};  // array.cols lanes
  sc_core::sc_out<bool> weight_last_o{"weight_last_o"};                 // last weight row of a block

  Feeder(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  // The program must outlive the simulation or the next load_program().
  void load_program(const isa::CommandStream* program) { program_ = program; }

  void reset() override;
  std::vector<Counter> counters() const override;
  void describe_waves(WaveScope& scope) const override;

  // What the feeder did at the latest edge, and the log of its changes.
  Phase phase() const { return phases_.current(); }
  const std::vector<PhaseChange>& phase_log() const { return phases_.changes(); }
  void clear_phase_log() { phases_.clear(); }
  std::uint64_t phase_cycles(Phase phase) const { return phases_.cycles(phase); }

  // Multiply-accumulates with an activation of the map and a weight of the layer, and those of padded taps.
  std::uint64_t useful_macs() const { return counted_.useful_macs; }
  std::uint64_t padding_macs() const { return counted_.padding_macs; }

 protected:
  void tick() override;
  bool idle() const override { return quiet_; }
  void end_of_elaboration() override;

 private:
  void start();
  void request(const ActivationStep& activation, const WeightStep& weights);
  void deliver(const WeightStep& step);
  void deliver(const ActivationStep& step);

  isa::MachineDescription machine_;
  const isa::CommandStream* program_ = nullptr;

  const isa::Exec* exec_ = nullptr;  // the running command
  bool busy_ = false;
  bool quiet_ = true;
  ActivationWalk activation_walk_;
  WeightWalk weight_walk_;
  DelayLine<ActivationStep> activation_request_, activation_data_;
  DelayLine<WeightStep> weight_request_, weight_data_;
  std::int16_t zx_ = 0, zw_ = 0, pad_ = 0;

  Flag feed_done_{feed_done_o}, act_read_valid_{act_read_valid_o}, weight_read_valid_{weight_read_valid_o};
  Flag act_valid_{act_valid_o}, act_swap_{act_swap_o};
  Flag weight_valid_{weight_valid_o}, weight_diagonal_{weight_diagonal_o}, weight_last_{weight_last_o};
  Lanes<std::int16_t> act_row_, weight_lanes_;

  PhaseRecorder phases_;
  FeederCounters counted_;  // but the cycles, which the phases know
};

}  // namespace intloom::hw
