// How far the LOAD unit may run ahead of the units that compute, estimated layer by layer: what the mapper may count on
// being loaded behind the layers before.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::compile {

class LoadAhead {
 public:
  explicit LoadAhead(const isa::MachineDescription& machine) : machine_(machine) {}

  // Cycles the LOAD unit waits for something to do at the end of the layers so far; a power of two or 0, rounded down,
  // so that layers in the same situation are mapped alike.
  double idle_cycles() const;

  // A layer of so many estimated cycles, for `load_cycles` of which the LOAD unit is busy, in so many commands of the
  // unit that computes it.
  void add_layer(double cycles, double load_cycles, double commands);
  // A load waits for what the layer before stores: nothing behind it is early.
  void reset() { idle_ = horizon_ = 0; }

 private:
  const isa::MachineDescription& machine_;
  double idle_ = 0;
  double horizon_ = 0;  // the sequencer runs no further ahead: cycles of the commands that fill a queue
};

}  // namespace intloom::compile
