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

struct CompileOptions {
  // False: a program for its cycles only. Commands, tokens, addresses and layers are those of the program with values,
  // but segments have no bytes and there are no output pieces. No weight, bias or constant is read, so the network may
  // come without them (empty vectors); without multipliers too, of convolutions and Concat: then they count as one
  // multiplier for all channels, that any machine represents.
  bool values = true;
};

// `machine` has its rounding resolved. Throws CompileError. Without values only what needs a weight to be seen passes
// unseen: a folded bias beyond 32 bits.
Program compile(const quant::Network& network, const isa::MachineDescription& machine,
                const CompileOptions& options = {});

}  // namespace intloom::compile
