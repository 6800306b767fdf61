// What a command did that only its values tell.
#pragma once

#include <cstdint>

namespace intloom::hw {

struct CommandEffects {
  std::int64_t saturations = 0;  // of REQUANT and VECTOR
  std::int64_t overflows = 0;    // of EXEC: sums that did not fit the accumulator
};

}  // namespace intloom::hw
