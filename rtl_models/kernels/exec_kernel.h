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

class ExecKernel {
 public:
  explicit ExecKernel(const isa::MachineDescription& machine);
  ~ExecKernel();

  // `activations`, `weights`: the whole buffers. `command`: its number in the program, under which packed weights are
  // kept for the next inference (they are packed anew when their bytes in the buffer have changed).
  ExecResult run(const isa::Exec& exec, std::uint32_t command, const std::uint8_t* activations,
                 const std::uint8_t* weights, AccumulatorBanks& accumulators, ThreadPool& pool);
  // Whether packed weights are kept: worth their memory when a program runs more than once. Default: no.
  void keep_weights(bool keep);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace intloom::kernels
