// One simulated machine: clock, reset, cores, memory, and what a test driver needs to run programs on it.
//
// Instance paths: machine.core0.sequencer, machine.core0.load, ..., machine.memory. One machine exists at a time in a
// process (SystemC has one simulation); machines may follow one another.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/core/core.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/machine/machine_module.h"
#include "rtl_models/record/counter.h"
#include "rtl_models/record/machine_fault.h"
#include "rtl_models/record/machine_record.h"

namespace intloom::hw {

class Machine {
 public:
  explicit Machine(const isa::MachineDescription& description);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const isa::MachineDescription& description() const { return description_; }

  // `program` outlives the machine's runs.
  void load_program(const isa::CommandStream& program);
  void write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);
  void read_memory(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const;
  // `count` bytes of the activation scratchpad.
  void read_activations(std::uint32_t address, std::uint8_t* bytes, std::size_t count) const;

  // Called at the edge after each command's end, before anything can overwrite its results.
  void on_command_end(std::function<void(std::uint32_t command)> observer);
  // Called about every `cycles` cycles of a run; it may throw to end the run.
  void on_progress(std::int64_t cycles, std::function<void(std::int64_t cycle)> observer);
  // Sampled after every rising edge has settled (for waveforms); set before the first run.
  void on_every_cycle(std::function<void(std::int64_t cycle)> observer);

  // Runs the loaded program once from its first command to END, every unit idle before and after. Repeated runs of the
  // same program take the same cycles. Throws MachineFault.
  void run();

  // Edge of the last command's end, counted from the run's start.
  std::int64_t cycles() const;
  MachineRecord record() const;                            // of the last run
  std::int64_t base_cycle() const { return base_cycle_; }  // absolute number of the run's cycle 0

  Core& core() { return module_->core0; }
  const Core& core() const { return module_->core0; }
  Memory& memory() { return *module_->memory; }
  std::vector<PathCounter> counters() const;
  void describe_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const;
  // For profiles: how often each block's method ran and, while profiling, the host time it took.
  struct BlockProfile {
    std::string path;
    std::uint64_t ticks = 0;
    std::int64_t nanoseconds = 0;
  };
  void set_profiling(bool profiling) { context_.set_profiling(profiling); }
  std::vector<BlockProfile> profile() const;

 private:
  void begin_first_run();
  void advance();
  std::int64_t last_edge() const;
  [[noreturn]] void fail(const std::string& reason) const;

  isa::MachineDescription description_;
  SimulationContext simulation_;
  MachineContext context_;
  std::unique_ptr<MachineModule> module_;
  std::function<void(std::int64_t)> progress_;
  std::int64_t progress_cycles_ = 1 << 16;
  std::int64_t base_cycle_ = 0;
  bool started_ = false;
};

}  // namespace intloom::hw
