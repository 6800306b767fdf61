#include "rtl_models/fast/counters.h"

#include "rtl_models/record/accumulator_counters.h"
#include "rtl_models/record/array_counters.h"
#include "rtl_models/record/buffer_counters.h"
#include "rtl_models/record/dma_counters.h"
#include "rtl_models/record/feeder_counters.h"
#include "rtl_models/record/memory_counters.h"
#include "rtl_models/record/requant_counters.h"
#include "rtl_models/record/sequencer_counters.h"
#include "rtl_models/record/vector_counters.h"
#include "rtl_models/timing/exec_counts.h"
#include "rtl_models/timing/requant_counts.h"
#include "rtl_models/timing/requant_timing.h"
#include "rtl_models/timing/transfer_counts.h"
#include "rtl_models/timing/vector_counts.h"
#include "rtl_models/timing/vector_timing.h"

namespace intloom::fast {
namespace {

using isa::Buffer;

std::uint64_t count(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// Reads and writes of a buffer's banks.
struct BufferTally {
  BufferTally(const isa::MachineDescription& machine, Buffer buffer)
      : reads(machine, buffer), writes(machine, buffer) {}

  std::vector<hw::Counter> list() const {
    hw::BufferCounters counters;
    for (std::size_t bank = 0; bank < reads.accesses.size(); ++bank)
      counters.banks.push_back({reads.accesses[bank], writes.accesses[bank]});
    return counters.list();
  }

  timing::BankTally reads, writes;
};

// What the blocks of the core count, command by command.
class CoreTally {
 public:
  explicit CoreTally(const isa::MachineDescription& machine)
      : activations(machine, Buffer::activations),
        weights(machine, Buffer::weights),
        parameters(machine, Buffer::parameters),
        machine_(machine),
        occupancy_(machine) {}

  void add(const isa::Command& command, std::int64_t start_cycle) {
    ++sequencer.commands[static_cast<std::size_t>(command.unit)];
    if (const auto* transfer = std::get_if<isa::Transfer>(&command.body)) add(*transfer, command.unit);
    if (const auto* exec = std::get_if<isa::Exec>(&command.body)) add(*exec, start_cycle);
    if (const auto* body = std::get_if<isa::Requant>(&command.body)) add(*body);
    if (const auto* body = std::get_if<isa::Vector>(&command.body)) add(*body);
  }

  void finish(const ValueTotals& values) {
    array.active_cycles = count(occupancy_.active_cycles());
    array.activation_rows = feeder.compute_cycles;
    array.weight_rows = feeder.weight_reads;
    array.blocks = feeder.blocks;
    accumulator.overflows = count(values.overflows);
    requant.saturations = count(values.requant_saturations);
    vector.saturations = count(values.vector_saturations);
  }

  hw::SequencerCounters sequencer;
  hw::FeederCounters feeder;
  hw::ArrayCounters array;
  hw::AccumulatorCounters accumulator;
  hw::RequantCounters requant;
  hw::VectorCounters vector;
  BufferTally activations, weights, parameters;

 private:
  BufferTally& tally_of(Buffer buffer) {
    return buffer == Buffer::activations ? activations : buffer == Buffer::weights ? weights : parameters;
  }

  void add(const isa::Transfer& transfer, isa::Unit unit) {
    BufferTally& tally = tally_of(transfer.buffer);
    timing::count_beats(transfer, machine_, unit == isa::Unit::load ? tally.writes : tally.reads);
  }

  void add(const isa::Exec& exec, std::int64_t start_cycle) {
    const timing::ExecBlocks work = timing::exec_blocks(exec, machine_);
    const timing::ExecCycles cycles = timing::exec_cycles(exec, machine_);
    const timing::ExecCounts counts = timing::exec_counts(exec, machine_);
    ++feeder.commands;
    feeder.blocks += count(work.blocks);
    feeder.compute_cycles += count(cycles.compute);
    feeder.weights_cycles += count(cycles.weights);
    feeder.fill_drain_cycles += count(cycles.fill_drain);
    feeder.activation_reads += count(counts.activation_reads);
    feeder.padding_rows += count(counts.padding_rows);
    feeder.weight_reads += count(work.weight_words);
    feeder.useful_macs += count(counts.useful_macs);
    feeder.padding_macs += count(counts.padding_macs);
    accumulator.rows_overwritten += count(counts.rows_overwritten);
    accumulator.rows_added += count(counts.rows_added);
    timing::count_exec_reads(exec, machine_, activations.reads, weights.reads);
    occupancy_.add(exec, start_cycle);
  }

  void add(const isa::Requant& body) {
    const timing::RequantCycles cycles = timing::requant_cycles(body, machine_);
    requant.elements += count(timing::requant_elements(body));
    requant.row_cycles += count(cycles.rows);
    requant.parameter_wait_cycles += count(cycles.parameter_wait);
    requant.drain_cycles += count(cycles.drain);
    requant.parameter_words += count(timing::requant_parameter_words(body));
    accumulator.rows_read += count(cycles.rows);
    timing::count_requant_accesses(body, machine_, parameters.reads, activations.writes);
  }

  void add(const isa::Vector& body) {
    const timing::VectorCycles cycles = timing::vector_cycles(body, machine_);
    vector.elements += count(timing::vector_elements(body));
    vector.lookups += count(timing::vector_lookups(body));
    vector.step_cycles += count(cycles.steps);
    vector.parameter_wait_cycles += count(cycles.parameter_wait);
    vector.drain_cycles += count(cycles.drain);
    vector.operand_words += count(timing::vector_operand_words(body, machine_));
    vector.parameter_words += body.parameter_records;
    timing::count_vector_accesses(body, machine_, activations.reads, parameters.reads, activations.writes);
  }

  const isa::MachineDescription& machine_;
  timing::ArrayOccupancy occupancy_;
};

template <class Channel>
Channel channel_counters(const timing::ChannelTotals& totals) {
  Channel counters;
  counters.commands = count(totals.commands);
  counters.busy_cycles = count(totals.busy_cycles);
  counters.beats = count(totals.beats);
  counters.bursts = count(totals.bursts);
  counters.bytes = count(totals.bytes);
  counters.latency_sum = count(totals.latency_sum);
  counters.latency_min = count(totals.latency_min);
  counters.latency_max = count(totals.latency_max);
  counters.outstanding_peak = count(totals.outstanding_peak);
  return counters;
}

hw::MemoryDirectionCounters memory_counters(const timing::ChannelTotals& channel, const timing::MemoryPipe& pipe) {
  hw::MemoryDirectionCounters counters;
  counters.bursts = count(channel.bursts);
  counters.bytes = count(channel.bytes);
  counters.busy_cycles = count(pipe.busy_cycles);
  counters.latency_sum = count(pipe.latency_sum);
  counters.latency_min = count(pipe.latency_min);
  counters.latency_max = count(pipe.latency_max);
  counters.queue_peak = count(pipe.queue_peak);
  return counters;
}

void append(std::vector<hw::PathCounter>& list, const char* path, std::vector<hw::Counter> counters) {
  for (hw::Counter& counter : counters) list.push_back({path, std::move(counter)});
}

}  // namespace

std::vector<hw::PathCounter> counters(const isa::CommandStream& program, const isa::MachineDescription& machine,
                                      const Schedule& schedule, const ValueTotals& values) {
  CoreTally core(machine);
  for (std::size_t i = 0; i < program.size() && !std::holds_alternative<isa::End>(program[i].body); ++i)
    core.add(program[i], schedule.record.times[i].start_cycle);
  core.finish(values);

  std::vector<hw::PathCounter> list;
  append(list, "machine.core0.sequencer", core.sequencer.list());
  append(list, "machine.core0.load", channel_counters<hw::LoadCounters>(schedule.loads).list());
  append(list, "machine.core0.store", channel_counters<hw::StoreCounters>(schedule.stores).list());
  append(list, "machine.core0.feeder", core.feeder.list());
  append(list, "machine.core0.array", core.array.list());
  append(list, "machine.core0.accumulator", core.accumulator.list());
  append(list, "machine.core0.requant", core.requant.list());
  append(list, "machine.core0.vector", core.vector.list());
  append(list, "machine.core0.activations", core.activations.list());
  append(list, "machine.core0.weights", core.weights.list());
  append(list, "machine.core0.parameters", core.parameters.list());
  hw::MemoryCounters memory;
  memory.reads = memory_counters(schedule.loads, schedule.reads);
  memory.writes = memory_counters(schedule.stores, schedule.writes);
  append(list, "machine.memory", memory.list());
  return list;
}

}  // namespace intloom::fast
