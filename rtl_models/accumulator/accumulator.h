// Banks of rows of sums: adds or overwrites a row a cycle as the array delivers it, reads a row a cycle for the
// requantizer. Timing: rules A1.. of README.md.
//
// A row holds one sum of accumulator.width_bits (two's complement) per array column. A sum that does not fit is counted
// and treated by accumulator.overflow: wrap (its low bits), saturate (nearest of -2^(w-1), 2^(w-1)-1), error (fault).
// Faults: a bank or row outside, a bank read and written at the same edge.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/accumulator_counters.h"

namespace intloom::hw {

class Accumulator : public Block {
 public:
  sc_core::sc_in<bool> sum_valid_i{"sum_valid_i"};
  sc_core::sc_in<Lanes<std::int32_t>> sum_data_i{"sum_data_i"};  // array.cols lanes
  // Bits 0-23 row, 24-31 bank, 32 add (else overwrite), 33 last row of its command.
  sc_core::sc_in<std::uint64_t> sum_tag_i{"sum_tag_i"};

  sc_core::sc_in<bool> row_read_valid_i{"row_read_valid_i"};
  sc_core::sc_in<std::uint8_t> row_read_bank_i{"row_read_bank_i"};
  sc_core::sc_in<std::uint32_t> row_read_row_i{"row_read_row_i"};
  sc_core::sc_out<Lanes<std::int64_t>> row_read_data_o{"row_read_data_o"};  // array.cols lanes

  sc_core::sc_out<bool> exec_done_o{"exec_done_o"};  // high for one cycle from the edge on that writes a last row

  Accumulator(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

  // Sums that did not fit, since the start of the simulation; whoever wants them of a command takes the difference.
  std::uint64_t overflows() const { return counted_.overflows; }

  // Back doors, no time passes: array.cols sums of a row. std::out_of_range outside of the banks.
  std::vector<std::int64_t> peek(std::uint32_t bank, std::uint32_t row) const;
  void poke(std::uint32_t bank, std::uint32_t row, const std::vector<std::int64_t>& sums);

 protected:
  void tick() override;
  bool idle() const override { return quiet_; }
  void end_of_elaboration() override;

 private:
  void write_row(std::uint64_t tag);
  void read_row();
  void resolve_overflow(std::int64_t* stored, std::uint32_t bank, std::uint32_t row);
  bool inside(std::uint32_t bank, std::uint32_t row) const { return bank < banks_ && row < rows_per_bank_; }
  std::size_t offset(std::uint32_t bank, std::uint32_t row) const {
    return (std::size_t{bank} * rows_per_bank_ + row) * static_cast<std::size_t>(cols_);
  }

  int cols_;
  std::uint32_t banks_, rows_per_bank_;
  int width_bits_;
  isa::Overflow overflow_rule_;
  std::vector<std::int64_t> sums_;  // [bank][row][column]
  Lanes<std::int64_t> exact_;       // the sums of this edge before the overflow rule
  Lanes<std::int64_t> read_row_;
  bool quiet_ = true;
  bool exec_done_q_ = false;

  AccumulatorCounters counted_;
};

}  // namespace intloom::hw
