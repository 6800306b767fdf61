// A weight-stationary array alone on a clock, driven between the rising edges.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/mac_array/weight_stationary_array.h"

namespace intloom::hw {

using Row = std::vector<int>;

inline Lanes<std::int16_t> to_lanes(const Row& values) {
  Lanes<std::int16_t> lanes(static_cast<int>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) lanes.lane[i] = static_cast<std::int16_t>(values[i]);
  return lanes;
}

inline isa::MachineDescription array_of(int rows, int cols) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  return machine;
}

struct ArrayBench {
  ArrayBench(int rows, int cols) : dut("dut", machine, array_of(rows, cols)) {
    dut.clk_i(clock);
    dut.rst_ni(reset_n);
    dut.act_valid_i(act_valid);
    dut.act_data_i(act_data);
    dut.act_swap_i(act_swap);
    dut.act_tag_i(act_tag);
    dut.weight_valid_i(weight_valid);
    dut.weight_row_i(weight_row);
    dut.weight_diagonal_i(weight_diagonal);
    dut.weight_data_i(weight_data);
    dut.weight_last_i(weight_last);
    dut.sum_valid_o(sum_valid);
    dut.sum_data_o(sum_data);
    dut.sum_tag_o(sum_tag);
    reset_n.write(true);
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));  // behind edge 0
  }

  // One rising edge; then nothing is driven until the next send.
  void step() {
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    act_valid.write(false);
    act_swap.write(false);
    weight_valid.write(false);
    weight_last.write(false);
  }
  void send_activations(const Row& row, bool swap, std::uint64_t tag) {
    act_valid.write(true);
    act_data.write(to_lanes(row));
    act_swap.write(swap);
    act_tag.write(tag);
  }
  void send_weights(int row, const Row& weights, bool last, bool diagonal = false) {
    weight_valid.write(true);
    weight_row.write(static_cast<std::uint16_t>(row));
    weight_diagonal.write(diagonal);
    weight_data.write(to_lanes(weights));
    weight_last.write(last);
  }

  SimulationContext context;
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n{"reset_n"}, act_valid{"act_valid"}, act_swap{"act_swap"};
  sc_core::sc_signal<bool> weight_valid{"weight_valid"}, weight_diagonal{"weight_diagonal"};
  sc_core::sc_signal<bool> weight_last{"weight_last"}, sum_valid{"sum_valid"};
  sc_core::sc_signal<Lanes<std::int16_t>> act_data{"act_data"}, weight_data{"weight_data"};
  sc_core::sc_signal<Lanes<std::int32_t>> sum_data{"sum_data"};
  sc_core::sc_signal<std::uint64_t> act_tag{"act_tag"}, sum_tag{"sum_tag"};
  sc_core::sc_signal<std::uint16_t> weight_row{"weight_row"};
  WeightStationaryArray dut;
};

}  // namespace intloom::hw
