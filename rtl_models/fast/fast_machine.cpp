#include "rtl_models/fast/fast_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "rtl_models/isa/banks.h"
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

}  // namespace

FastMachine::FastMachine(const isa::MachineDescription& description, int threads)
    : description_(description),
      exec_(description_),
      requant_(std::make_shared<kernels::RequantStore>(description_)),
      pool_(threads) {}

void FastMachine::load_program(const isa::CommandStream& program) {
  program_ = &program;
  schedule_ = schedule_until_fault(program, description_);
  memory_end_ = memory_end(program, schedule_.start_order, description_);
  runner_ = nullptr;
  known_ = nullptr;
}

void FastMachine::write_constants(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
  if (count == 0) return;
  if (constants_->size() < address + count) constants_->resize(address + count);
  std::memcpy(constants_->data() + address, bytes, count);
}

void FastMachine::expect_runs(std::int64_t runs) {
  keep_ = runs > 1;
  exec_.keep_weights(keep_);
}

std::unique_ptr<Image> FastMachine::make_image() {
  if (keep_ && known_ == nullptr)
    known_ = std::make_shared<KnownOperands>(
        known_operands(*program_, schedule_.start_order, description_, constants_->size()));
  return std::make_unique<Image>(description_, *program_, schedule_.start_order, ImageMemory(constants_, memory_end_),
                                 Image::Shared{exec_.store(), requant_, known_});
}

void FastMachine::run(Image& image) {
  if (pool_.threads() == 1) return run_in_order(image);
  image.begin_run();
  const std::vector<std::uint32_t>& order = schedule_.start_order;
  if (runner_ == nullptr)
    runner_ = std::make_unique<CommandRunner>(CommandOrder(*program_, order, description_),
                                              static_cast<std::uint32_t>(order.size()));
  runner_->run(pool_, [&](std::uint32_t position) { execute(image, order[position]); });
  image.end_run();
  if (!schedule_.fault.empty()) throw hw::MachineFault(schedule_.fault);
}

void FastMachine::run_in_order(Image& image) {
  image.begin_run();
  for (const std::uint32_t command : schedule_.start_order) execute(image, command);
  image.end_run();
  if (!schedule_.fault.empty()) throw hw::MachineFault(schedule_.fault);
}

void FastMachine::execute(Image& image, std::uint32_t command) {
  if (const auto overflow = image.execute(command, pool_)) fail_at_overflow(command, *overflow);
}

// The edge of an accumulator write: the one at which its row entered the array, and what the row takes through it. The
// schedule is run again up to that edge, for the state of the units.
void FastMachine::fail_at_overflow(std::uint32_t number, const kernels::Overflow& overflow) const {
  const auto& exec = std::get<isa::Exec>((*program_)[number].body);
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

std::vector<hw::PathCounter> FastMachine::counters(const std::vector<hw::CommandEffects>& effects) const {
  ValueTotals totals;
  for (std::size_t c = 0; c < effects.size(); ++c) {
    totals.overflows += effects[c].overflows;
    ((*program_)[c].unit == isa::Unit::vector ? totals.vector_saturations : totals.requant_saturations) +=
        effects[c].saturations;
  }
  return fast::counters(*program_, description_, schedule_, totals);
}

}  // namespace intloom::fast
