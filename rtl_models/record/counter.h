// One statistic of a block, the same name and definition in both fidelities.
#pragma once

#include <cstdint>
#include <string>

namespace intloom::hw {

struct Counter {
  std::string name;  // lower_snake with unit: bursts, read_bytes, active_cycles
  std::uint64_t value = 0;
  std::string unit;         // cycles, bytes, count, ...
  std::string description;  // written definition
};

struct PathCounter {
  std::string path;  // machine.core0.load
  Counter counter;
};

}  // namespace intloom::hw
