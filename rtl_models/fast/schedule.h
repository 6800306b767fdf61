// When everything happens: a program's timing on a machine as recurrences over its commands, without a clock.
//
// Commands are dispatched, wait, start and end by the numbered rules of rtl_models/sequencer (Q1..Q9); how long a unit
// takes is rtl_models/timing. Only edges at which something happens are visited. The result equals that of the clocked
// machine in every cycle of every unit. It depends on no data, so one schedule serves every inference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/machine_record.h"
#include "rtl_models/timing/dma_timing.h"

namespace intloom::fast {

struct Schedule {
  hw::MachineRecord record;
  std::vector<std::uint32_t> start_order;  // commands without END, as they start
  std::string fault;                       // why the program did not end; empty: it did
  timing::ChannelTotals loads, stores;
  timing::MemoryPipe reads, writes;  // after the run, with what they have counted
};

// A block other than the sequencer meets a fault at an edge: what the sequencer cannot know (an overflow under
// `error`).
struct Stop {
  std::int64_t cycle = 0;
  std::string path, message;  // of the block: machine.core0.accumulator
};

// Throws hw::MachineFault: an illegal command, a deadlock, max_cycles, the stop; with the text of the clocked machine.
Schedule schedule(const isa::CommandStream& program, const isa::MachineDescription& machine,
                  const std::optional<Stop>& stop = std::nullopt);
// The same, with a fault in the result: what has started before it still has effects.
Schedule schedule_until_fault(const isa::CommandStream& program, const isa::MachineDescription& machine,
                              const std::optional<Stop>& stop = std::nullopt);

}  // namespace intloom::fast
