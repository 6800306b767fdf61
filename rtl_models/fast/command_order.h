// Which commands have to be done before which: those that touch a common byte, in the order in which they start. What
// the machine's banks and tokens forbid beyond that is a matter of time, and time is the schedule's.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::fast {

// Positions: places of commands in the order of starts.
class CommandOrder {
 public:
  CommandOrder(const isa::CommandStream& program, const std::vector<std::uint32_t>& start_order,
               const isa::MachineDescription& machine);

  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  struct Positions {
    const std::uint32_t *first, *last;
    const std::uint32_t* begin() const { return first; }
    const std::uint32_t* end() const { return last; }
  };
  // What the command at `position` has to wait for, from the last one on.
  Positions before(std::uint32_t position) const {
    return {before_.data() + begin_[position], before_.data() + begin_[position + 1]};
  }
  // Of an EXEC, the next command that uses its accumulator bank; else kNone.
  std::uint32_t follower(std::uint32_t position) const { return follower_[position]; }

 private:
  std::vector<std::uint32_t> begin_, before_, follower_;
};

}  // namespace intloom::fast
