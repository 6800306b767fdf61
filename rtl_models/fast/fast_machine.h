// One simulated machine at fast fidelity: a program's timing from its schedule, its integers from host kernels that
// work on the simulated memories, command by command in the order in which they start. The same facade as hw::Machine.
//
// Why starts are the right order: a command holds the banks it touches from start to end and takes its tokens at the
// start, so two commands that share bytes on chip never overlap, and the one that starts first is done first. In memory
// the program's tokens order STORE and LOAD (runtime/compile): of a pair that shares bytes and overlaps in time, which
// no compiled program has, bursts pass each other in the clocked machine and whole commands follow each other here.
// Anything else that a program gets wrong shows as the same wrong integers in both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "rtl_models/fast/counters.h"
#include "rtl_models/fast/schedule.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/exec_kernel.h"
#include "rtl_models/kernels/thread_pool.h"
#include "rtl_models/record/command_effects.h"
#include "rtl_models/record/counter.h"

namespace intloom::fast {

class FastMachine {
 public:
  // `threads`: of the kernels; no result depends on it.
  FastMachine(const isa::MachineDescription& description, int threads);

  const isa::MachineDescription& description() const { return description_; }

  // `program` outlives the machine's runs. Computes its schedule.
  void load_program(const isa::CommandStream& program);
  void write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);
  void read_memory(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const;
  // `count` bytes of the activation scratchpad.
  const std::uint8_t* activations(std::uint32_t address) const { return activations_.data() + address; }
  // More than one run of the program is coming: packed weights are worth keeping.
  void expect_runs(std::int64_t runs) { exec_.keep_weights(runs > 1); }

  // Called after each command, before anything can overwrite its results. It may throw to end the run.
  void on_command_end(std::function<void(std::uint32_t command)> observer) { observer_ = std::move(observer); }

  // The integers of one inference. Throws hw::MachineFault as hw::Machine::run() does: where a sum overflows under
  // `error`, and where the schedule has met a fault, after what has started before it.
  void run();

  const hw::MachineRecord& record() const { return schedule_.record; }
  const std::vector<hw::CommandEffects>& effects() const { return effects_; }  // of the last run, by command
  // Of the last run; without one, of a run in which nothing saturates or overflows.
  std::vector<hw::PathCounter> counters() const;

 private:
  void execute(std::uint32_t command);
  void execute(const isa::Transfer& transfer, isa::Unit unit);
  void execute(const isa::Exec& exec, std::uint32_t command);
  [[noreturn]] void fail_at_overflow(const isa::Exec& exec, std::uint32_t command, const kernels::Overflow& overflow);
  std::vector<std::uint8_t>& buffer(isa::Buffer buffer);

  isa::MachineDescription description_;
  const isa::CommandStream* program_ = nullptr;
  Schedule schedule_;
  std::vector<std::uint8_t> memory_;  // up to the highest address used
  std::vector<std::uint8_t> activations_, weights_, parameters_;
  kernels::AccumulatorBanks accumulators_;
  kernels::ExecKernel exec_;
  kernels::ThreadPool pool_;
  std::vector<hw::CommandEffects> effects_;
  std::function<void(std::uint32_t)> observer_;
};

}  // namespace intloom::fast
