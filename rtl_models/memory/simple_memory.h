// A memory of fixed latency and bandwidth that serves reads and writes independently, each in order.
//
// Purpose: the off-chip memory of a machine where banks and rows of a DRAM do not matter.
// approximation: no banks, rows, refresh or bus turnaround. Timing: rules Y1 to Y6 of README.md.
#pragma once

#include "rtl_models/memory/memory.h"
#include "rtl_models/memory/memory_pipe.h"
#include "rtl_models/record/memory_counters.h"

namespace intloom::hw {

class SimpleMemory : public Memory {
 public:
  SimpleMemory(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine,
               int cores = 1);

  void restart() override;
  std::vector<Counter> counters() const override;
  void describe_waves(WaveScope& scope) const override;

 protected:
  void accept(const Request& request) override;

 private:
  struct Direction {
    Direction(const char* event_name, int latency_cycles, int bytes_per_cycle)
        : pipe(latency_cycles, bytes_per_cycle), event(event_name) {}
    MemoryPipe<Request> pipe;
    sc_core::sc_event event;  // the oldest burst is answered
    MemoryDirectionCounters counted;
    MemoryDirectionCounters counters() const;
  };

  void answer_reads() { answer(reads_); }
  void answer_writes() { answer(writes_); }
  void answer(Direction& direction);
  void notify_next(Direction& direction);
  sc_core::sc_time edge_time(std::int64_t edge) const;

  MachineContext& context_;
  sc_core::sc_time period_;
  sc_core::sc_time epoch_;  // edge 0 of the memory's clock
  Direction reads_, writes_;
};

}  // namespace intloom::hw
