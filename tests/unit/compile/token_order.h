// Which commands end before which start, from the tokens alone: the n-th token taken from a unit is the n-th it gave.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"

namespace intloom::test {

class TokenOrder {
 public:
  explicit TokenOrder(const isa::CommandStream& commands);

  // Command `earlier` has ended for sure when command `later` starts; commands of one unit run in program order.
  bool ends_before_start(std::int64_t earlier, std::int64_t later) const;
  // A token taken before it is given in program order, or never taken: empty when all is well.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  using Clock = std::array<std::int64_t, isa::kUnits>;

  const isa::CommandStream& commands_;
  std::vector<Clock> ended_;  // for each command, by unit: the last command that has ended before it starts
  std::vector<std::string> complaints_;
};

}  // namespace intloom::test
