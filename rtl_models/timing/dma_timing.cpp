#include "rtl_models/timing/dma_timing.h"

#include <algorithm>

#include "rtl_models/timing/burst_pipeline.h"
#include "rtl_models/timing/burst_walk.h"

namespace intloom::timing {
void ChannelTotals::add(std::int64_t start_edge, const TransferTiming& transfer) {
  latency_min = bursts == 0 ? transfer.latency_min : std::min(latency_min, transfer.latency_min);
  latency_max = std::max(latency_max, transfer.latency_max);
  latency_sum += transfer.latency_sum;
  outstanding_peak = std::max(outstanding_peak, transfer.outstanding_peak);
  ++commands;
  busy_cycles += transfer.end_edge - start_edge;
  bursts += transfer.bursts;
  bytes += transfer.bytes;
  beats += transfer.beats;
}

TransferTiming load_timing(const isa::Transfer& load, const isa::MachineDescription& machine, std::int64_t start_edge,
                           MemoryPipe& pipe) {
  const ChannelRules rules{machine.memory.read_latency_cycles, 0, false};
  BurstPipeline pipeline(machine, rules, start_edge, pipe);
  for (BurstWalk bursts(load, machine); !bursts.done();) pipeline.pass(bursts.next());
  return pipeline.finish(1, pipe);  // D8
}

TransferTiming store_timing(const isa::Transfer& store, const isa::MachineDescription& machine, std::int64_t start_edge,
                            MemoryPipe& pipe) {
  const ChannelRules rules{machine.memory.write_latency_cycles, machine.scratchpad.read_latency_cycles + 1, true};
  BurstPipeline pipeline(machine, rules, start_edge, pipe);
  for (BurstWalk bursts(store, machine); !bursts.done();) pipeline.pass(bursts.next());
  return pipeline.finish(0, pipe);  // D12
}

std::int64_t load_duration(const isa::Transfer& load, const isa::MachineDescription& machine) {
  MemoryPipe pipe;
  return load_timing(load, machine, 0, pipe).end_edge;
}

std::int64_t store_duration(const isa::Transfer& store, const isa::MachineDescription& machine) {
  MemoryPipe pipe;
  return store_timing(store, machine, 0, pipe).end_edge;
}

}  // namespace intloom::timing
