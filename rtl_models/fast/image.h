// One inference on the machine: its simulated memories, and what each command does to them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "rtl_models/fast/image_memory.h"
#include "rtl_models/fast/known_operands.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/exec_kernel.h"
#include "rtl_models/kernels/requant_kernel.h"
#include "rtl_models/kernels/thread_pool.h"
#include "rtl_models/record/command_effects.h"

namespace intloom::fast {

class Image {
 public:
  // What images of one program share. `known`, of the commands that run: where what is made of constants is kept, for
  // images that run more than once; else null.
  struct Shared {
    std::shared_ptr<kernels::ExecStore> exec;
    std::shared_ptr<kernels::RequantStore> requant;
    std::shared_ptr<const KnownOperands> known;
  };

  // `started`: the commands that run. `machine` and `program` outlive the image.
  Image(const isa::MachineDescription& machine, const isa::CommandStream& program,
        const std::vector<std::uint32_t>& started, ImageMemory memory, Shared shared);

  void write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);
  // Bytes never written are zero.
  void read_memory(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const {
    memory_.read(address, bytes, count);
  }
  // The activation scratchpad from `address` on.
  const std::uint8_t* activations(std::uint32_t address) const { return activations_.data() + address; }

  // Called after each command, before anything can overwrite its results, by the thread that ran it: several at a time,
  // if several run the image. It may throw to end the run.
  void on_command_end(std::function<void(std::uint32_t command)> observer) { observer_ = std::move(observer); }

  // Before the first command of an inference, and behind the last one.
  void begin_run();
  void end_run() { complete_ = true; }

  // The command's integers, then the observer. Commands that touch no common bytes may run at the same time. Under
  // `error` a sum that overflows is returned: then the observer is not called.
  std::optional<kernels::Overflow> execute(std::uint32_t command, kernels::ThreadPool& pool);

  const std::vector<hw::CommandEffects>& effects() const { return effects_; }  // of the last run, by command

 private:
  // Bytes of constants of which the image has kept what it needs.
  bool is_kept(std::uint32_t load) const {
    return complete_ && known_ != nullptr && known_->for_constant_only[load] != 0;
  }
  void execute(const isa::Transfer& transfer, isa::Unit unit);
  kernels::ExecResult execute(const isa::Exec& exec, std::uint32_t command, kernels::ThreadPool& pool);
  std::int64_t execute(const isa::Requant& requant, std::uint32_t command, kernels::ThreadPool& pool);
  std::vector<std::uint8_t>& buffer(isa::Buffer buffer);

  const isa::MachineDescription& machine_;
  const isa::CommandStream& program_;
  ImageMemory memory_;
  std::vector<std::uint8_t> activations_, weights_, parameters_;
  kernels::AccumulatorBanks accumulators_;
  kernels::ExecKernel exec_;
  std::shared_ptr<kernels::RequantStore> requant_store_;
  std::shared_ptr<const KnownOperands> known_;
  std::vector<kernels::SharedRequantParameters> requant_;  // of constants, by command
  bool complete_ = false;                                  // all commands have run once
  std::uint64_t run_ = 0;                                  // no other run of any image has this number
  std::vector<hw::CommandEffects> effects_;
  std::function<void(std::uint32_t)> observer_;
};

}  // namespace intloom::fast
