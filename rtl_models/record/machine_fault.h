// The machine stopped before the program's end: an illegal command, an overflow under `error`, a deadlock, or the
// cycle limit. The text names the block, the cycle and the state of every unit.
#pragma once

#include <stdexcept>

namespace intloom::hw {

class MachineFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace intloom::hw
