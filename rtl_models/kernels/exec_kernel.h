// EXEC on the host: the sums of a whole tile, equal to those of array and accumulator in every bit.
//
// int8 (or uint8) operands, zero points subtracted as `array.zero_point` says, exact int32 products and sums; where no
// bound on the weights proves that every sum fits accumulator.width_bits, the machine's own order is followed write by
// write, so that wrapping, saturation, overflow counts and the fault of `error` are the machine's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// A sum that did not fit, of the first accumulator write with one (its lowest column).
struct Overflow {
  std::int64_t write = 0;  // number of the write: activation rows of the walk, from 0
  std::uint32_t row = 0;   // of the accumulator bank
  int column = 0;
  std::int64_t sum = 0;  // exact
};

struct ExecResult {
  std::int64_t overflows = 0;              // sums that did not fit when written, each column counted
  std::optional<Overflow> first_overflow;  // under `error` only; what is written after it does not matter
};

// What the caller knows of a command and of the bytes that it reads.
struct KnownExec {
  bool same_command = false;      // its number has one geometry at every call
  bool constant_weights = false;  // its weights are the same at every call
  // Calls of one number, not 0, read equal activations in equal geometry: what a thread has widened for the one serves
  // the next.
  std::uint64_t activations = 0;
};

// Plans and packed weights of one machine's programs, shared by the kernels of images that run at the same time.
class ExecStore;

class ExecKernel {
 public:
  explicit ExecKernel(const isa::MachineDescription& machine);
  // With a store of its own, or that of another kernel of the same machine.
  ExecKernel(const isa::MachineDescription& machine, std::shared_ptr<ExecStore> store);
  ~ExecKernel();
  ExecKernel(ExecKernel&&) noexcept;

  const std::shared_ptr<ExecStore>& store() const;
  // Whether packed weights are kept: worth their memory when a program runs more than once. Default: no.
  void keep_weights(bool keep);
  // How many commands the program has: before several threads call run().
  void set_commands(std::size_t commands);

  // `activations`, `weights`: the whole buffers. `command`: its number in the program, under which its plan and packed
  // weights are kept for the next inference (they are made anew when its geometry or its bytes in the buffer have
  // changed). Different commands may run at the same time. With constant weights that are kept, `weights` is not read.
  ExecResult run(const isa::Exec& exec, std::uint32_t command, const std::uint8_t* activations,
                 const std::uint8_t* weights, AccumulatorBanks& accumulators, ThreadPool& pool,
                 const KnownExec& known = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace intloom::kernels
