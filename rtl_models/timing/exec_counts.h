// What EXECs do to the counters of feeder, array and accumulator and to the banks they read: pure functions of command
// and machine, from the rules of rtl_models/feeder, mac_array and accumulator (README.md).
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/exec_timing.h"
#include "rtl_models/timing/word_grid.h"

namespace intloom::timing {

// One EXEC. A padding row streams like any other but is not read.
struct ExecCounts {
  std::int64_t activation_reads = 0, padding_rows = 0;
  std::int64_t useful_macs = 0, padding_macs = 0;
  std::int64_t rows_overwritten = 0, rows_added = 0;  // of the accumulator
};
ExecCounts exec_counts(const isa::Exec& exec, const isa::MachineDescription& machine);

// Adds the words that the feeder reads for one EXEC.
void count_exec_reads(const isa::Exec& exec, const isa::MachineDescription& machine, BankTally& activations,
                      BankTally& weights);

// Cycles in which at least one activation row is inside the array, over EXECs in the order of their starts: a row that
// is handed over at edge t is inside at the edges t + 1 to t + rows + cols - 1 (M2), rows of different blocks and
// commands overlap.
class ArrayOccupancy {
 public:
  explicit ArrayOccupancy(const isa::MachineDescription& machine)
      : machine_(machine), behind_(machine.array.rows + machine.array.cols - 2) {}

  void add(const isa::Exec& exec, std::int64_t start_edge);
  std::int64_t active_cycles() const { return any_ ? active_ + behind_ : 0; }

 private:
  const isa::MachineDescription& machine_;
  std::int64_t behind_;  // edges a row stays inside after the one that takes it
  bool any_ = false;
  std::int64_t active_ = 0;    // up to the last row so far
  std::int64_t last_row_ = 0;  // edge that handed it over
};

}  // namespace intloom::timing
