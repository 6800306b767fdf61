#include "rtl_models/fast/fast_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/kernels/requant_kernel.h"
#include "rtl_models/kernels/transfer_kernel.h"
#include "rtl_models/kernels/vector_kernel.h"
#include "rtl_models/record/machine_fault.h"
#include "rtl_models/timing/exec_timing.h"

namespace intloom::fast {

namespace {

// One more than the highest memory address that commands which start touch.
std::uint64_t memory_end(const isa::CommandStream& program, const std::vector<std::uint32_t>& started,
                         const isa::MachineDescription& machine) {
  std::uint64_t end = 0;
  for (const std::uint32_t command : started) {
    if (!std::holds_alternative<isa::Transfer>(program[command].body)) continue;
    for (const isa::Access& access : isa::accesses(program[command], machine))
      if (access.space == isa::Space::memory) end = std::max(end, access.end);
  }
  return end;
}

std::vector<std::uint8_t> empty_buffer(const isa::MachineDescription& machine, isa::Buffer buffer) {
  return std::vector<std::uint8_t>(isa::capacity_bytes(machine, buffer));
}

}  // namespace

FastMachine::FastMachine(const isa::MachineDescription& description, int threads)
    : description_(description),
      activations_(empty_buffer(description_, isa::Buffer::activations)),
      weights_(empty_buffer(description_, isa::Buffer::weights)),
      parameters_(empty_buffer(description_, isa::Buffer::parameters)),
      accumulators_(description_),
      exec_(description_),
      pool_(threads) {}

void FastMachine::load_program(const isa::CommandStream& program) {
  program_ = &program;
  schedule_ = schedule_until_fault(program, description_);
  effects_.assign(program.size(), {});
  memory_.resize(std::max<std::size_t>(memory_.size(), memory_end(program, schedule_.start_order, description_)));
}

void FastMachine::write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
  if (count == 0) return;
  if (memory_.size() < address + count) memory_.resize(address + count);
  std::memcpy(memory_.data() + address, bytes, count);
}

// Bytes never written are zero.
void FastMachine::read_memory(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const {
  const std::size_t stored =
      address < memory_.size() ? std::min<std::size_t>(count, memory_.size() - static_cast<std::size_t>(address)) : 0;
  if (stored != 0) std::memcpy(bytes, memory_.data() + address, stored);
  if (stored != count) std::memset(bytes + stored, 0, count - stored);
}

std::vector<std::uint8_t>& FastMachine::buffer(isa::Buffer buffer) {
  return buffer == isa::Buffer::activations ? activations_ : buffer == isa::Buffer::weights ? weights_ : parameters_;
}

void FastMachine::run() {
  for (const std::uint32_t command : schedule_.start_order) {
    execute(command);
    if (observer_) observer_(command);
  }
  if (!schedule_.fault.empty()) throw hw::MachineFault(schedule_.fault);
}

void FastMachine::execute(std::uint32_t number) {
  const isa::Command& command = (*program_)[number];
  switch (command.unit) {
    case isa::Unit::load:
    case isa::Unit::store:
      return execute(std::get<isa::Transfer>(command.body), command.unit);
    case isa::Unit::exec:
      return execute(std::get<isa::Exec>(command.body), number);
    case isa::Unit::requant:
      effects_[number].saturations =
          kernels::run_requant(std::get<isa::Requant>(command.body), description_, accumulators_, parameters_.data(),
                               activations_.data(), pool_);
      return;
    case isa::Unit::vector:
      effects_[number].saturations = kernels::run_vector(std::get<isa::Vector>(command.body), description_,
                                                         parameters_.data(), activations_.data(), pool_);
      return;
  }
}

void FastMachine::execute(const isa::Transfer& transfer, isa::Unit unit) {
  if (unit == isa::Unit::load)
    kernels::run_load(transfer, memory_.data(), buffer(transfer.buffer).data());
  else
    kernels::run_store(transfer, memory_.data(), activations_.data());
}

void FastMachine::execute(const isa::Exec& exec, std::uint32_t number) {
  const kernels::ExecResult result =
      exec_.run(exec, number, activations_.data(), weights_.data(), accumulators_, pool_);
  effects_[number].overflows = result.overflows;
  if (result.first_overflow) fail_at_overflow(exec, number, *result.first_overflow);
}

// The edge of an accumulator write: the one at which its row entered the array, and what the row takes through it. The
// schedule is run again up to that edge, for the state of the units.
void FastMachine::fail_at_overflow(const isa::Exec& exec, std::uint32_t number, const kernels::Overflow& overflow) {
  std::vector<timing::FeedRun> runs;
  timing::append_feed_runs(exec, description_, runs);
  std::int64_t edge = schedule_.record.times[number].start_cycle, rows_left = overflow.write + 1;
  for (const timing::FeedRun& run : runs) {
    if (run.kind == timing::FeedRun::Kind::compute && run.cycles >= rows_left) {
      edge += rows_left;
      break;
    }
    if (run.kind == timing::FeedRun::Kind::compute) rows_left -= run.cycles;
    edge += run.cycles;
  }
  const Stop stop{edge + timing::exec_drain(description_), "machine.core0.accumulator",
                  fmt::format("sum {} of bank {}, row {}, column {} does not fit into {} bits", overflow.sum,
                              exec.acc_bank, overflow.row, overflow.column, description_.accumulator.width_bits)};
  schedule(*program_, description_, stop);
  throw std::logic_error("the schedule has gone past a fault: " + stop.message);
}

std::vector<hw::PathCounter> FastMachine::counters() const {
  ValueTotals totals;
  for (std::size_t c = 0; c < effects_.size(); ++c) {
    totals.overflows += effects_[c].overflows;
    ((*program_)[c].unit == isa::Unit::vector ? totals.vector_saturations : totals.requant_saturations) +=
        effects_[c].saturations;
  }
  return fast::counters(*program_, description_, schedule_, totals);
}

}  // namespace intloom::fast
