// The accumulator alone on a clock, driven between the rising edges.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "rtl_models/accumulator/accumulator.h"
#include "rtl_models/block/simulation_context.h"

namespace intloom::hw {

using Sums = std::vector<std::int64_t>;

struct AccumulatorBench {
  explicit AccumulatorBench(const isa::MachineDescription& description) : dut("dut", machine, description) {
    dut.clk_i(clock);
    dut.rst_ni(reset_n);
    dut.sum_valid_i(sum_valid);
    dut.sum_data_i(sum_data);
    dut.sum_tag_i(sum_tag);
    dut.row_read_valid_i(row_read_valid);
    dut.row_read_bank_i(row_read_bank);
    dut.row_read_row_i(row_read_row);
    dut.row_read_data_o(row_read_data);
    dut.exec_done_o(exec_done);
    reset_n.write(true);
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));  // behind edge 0
  }

  // One rising edge; then nothing is driven until the next send.
  void step() {
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    sum_valid.write(false);
    row_read_valid.write(false);
  }
  void send(std::uint32_t bank, std::uint32_t row, bool add, bool last, const std::vector<std::int32_t>& sums) {
    Lanes<std::int32_t> lanes(static_cast<int>(sums.size()));
    std::copy(sums.begin(), sums.end(), lanes.lane);
    sum_valid.write(true);
    sum_data.write(lanes);
    sum_tag.write(row | std::uint64_t{bank} << 24 | std::uint64_t{add} << 32 | std::uint64_t{last} << 33);
  }
  void read(std::uint32_t bank, std::uint32_t row) {
    row_read_valid.write(true);
    row_read_bank.write(static_cast<std::uint8_t>(bank));
    row_read_row.write(row);
  }
  Sums read_data() const {
    const Lanes<std::int64_t>& lanes = row_read_data.read();
    return {lanes.lane, lanes.lane + lanes.size};
  }

  SimulationContext context;
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n{"reset_n"}, sum_valid{"sum_valid"}, row_read_valid{"row_read_valid"};
  sc_core::sc_signal<bool> exec_done{"exec_done"};
  sc_core::sc_signal<Lanes<std::int32_t>> sum_data{"sum_data"};
  sc_core::sc_signal<std::uint64_t> sum_tag{"sum_tag"};
  sc_core::sc_signal<std::uint8_t> row_read_bank{"row_read_bank"};
  sc_core::sc_signal<std::uint32_t> row_read_row{"row_read_row"};
  sc_core::sc_signal<Lanes<std::int64_t>> row_read_data{"row_read_data"};
  Accumulator dut;
};

}  // namespace intloom::hw
