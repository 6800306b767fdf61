// One simulated machine at fast fidelity: a program's timing from its schedule, its integers from host kernels that
// work on the simulated memories of one or more images.
//
// Integers are those of one command after another in the order in which they start. Why that order is right: a command
// holds the banks it touches from start to end and takes its tokens at the start, so two commands that share bytes on
// chip never overlap, and the one that starts first is done first. In memory the program's tokens order STORE and LOAD
// (runtime/compile): of a pair that shares bytes and overlaps in time, which no compiled program has, bursts pass each
// other in the clocked machine and whole commands follow each other here. Anything else that a program gets wrong shows
// as the same wrong integers in both.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rtl_models/fast/command_runner.h"
#include "rtl_models/fast/counters.h"
#include "rtl_models/fast/image.h"
#include "rtl_models/fast/independence.h"
#include "rtl_models/fast/schedule.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/thread_pool.h"
#include "rtl_models/record/command_effects.h"
#include "rtl_models/record/counter.h"

namespace intloom::fast {

class FastMachine {
 public:
  // `threads`: of the host; no result depends on it.
  FastMachine(const isa::MachineDescription& description, int threads);

  const isa::MachineDescription& description() const { return description_; }
  kernels::ThreadPool& pool() { return pool_; }

  // `program` outlives the machine's runs. Computes its schedule.
  void load_program(const isa::CommandStream& program);
  // What every image's memory holds at first.
  void write_constants(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);
  // More than one run of the program is coming: packed weights are worth keeping.
  void expect_runs(std::int64_t runs);
  // Memories for one inference after another. The machine outlives the image; its constants are written.
  std::unique_ptr<Image> make_image();

  // The integers of one inference, on all threads. Throws hw::MachineFault as hw::Machine::run() does: where a sum
  // overflows under `error`, and where the schedule has met a fault, after what has started before it.
  void run(Image& image);
  // The same on the calling thread, so that images can run at the same time; threads that are idle help.
  void run_in_order(Image& image);

  // Whether images may run at the same time (independence.h).
  bool images_are_independent(const std::vector<AddressRange>& inputs, const std::vector<AddressRange>& outputs) const {
    return inferences_are_independent(*program_, schedule_.start_order, description_, constants_->size(), inputs,
                                      outputs);
  }

  const hw::MachineRecord& record() const { return schedule_.record; }
  // After a run with these effects by command; without any, of a run in which nothing saturates or overflows.
  std::vector<hw::PathCounter> counters(const std::vector<hw::CommandEffects>& effects) const;

 private:
  void execute(Image& image, std::uint32_t command);
  [[noreturn]] void fail_at_overflow(std::uint32_t command, const kernels::Overflow& overflow) const;

  isa::MachineDescription description_;
  const isa::CommandStream* program_ = nullptr;
  Schedule schedule_;
  std::uint64_t memory_end_ = 0;  // one more than the highest address used
  std::shared_ptr<ImageMemory::Bytes> constants_ = std::make_shared<ImageMemory::Bytes>();
  bool keep_ = false;                           // what is made of constants
  std::shared_ptr<const KnownOperands> known_;  // from the first image on, where it is kept
  kernels::ExecKernel exec_;                    // whose store the images share
  std::shared_ptr<kernels::RequantStore> requant_;
  kernels::ThreadPool pool_;
  std::unique_ptr<CommandRunner> runner_;  // with several threads, from the first run on
};

}  // namespace intloom::fast
