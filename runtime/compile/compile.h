// Compiles an integer network for one machine.
#pragma once

#include <stdexcept>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/program.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

// The machine cannot run the layer at all (a buffer too small for one block, per-channel scales on a per-tensor
// requantizer, a multiplier out of the shift range): names layer, machine key and the smallest value that would do.
class CompileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// `machine` has its rounding resolved. Throws CompileError.
Program compile(const quant::Network& network, const isa::MachineDescription& machine);

}  // namespace intloom::compile
