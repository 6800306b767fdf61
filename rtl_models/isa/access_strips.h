// The accesses of a command as strips: ranges of equal length at equal distances. For banks_held, accesses and
// find_fault, which look at every command of a program and so allocate nothing.
#pragma once

#include <cstdint>

#include "rtl_models/isa/banks.h"

namespace intloom::isa {

// Ranges [begin + i*pitch, begin + i*pitch + length) for i in 0..count-1, modulo 2^64.
struct AccessStrip {
  Space space = Space::activations;
  std::uint64_t begin = 0, length = 0;
  std::int64_t pitch = 0;
  std::uint32_t count = 1;
  bool write = false;

  Access access(std::uint32_t i) const {
    const std::uint64_t first = begin + i * static_cast<std::uint64_t>(pitch);
    return {space, first, first + length, write};
  }
};

// From the first byte to the last of all ranges of a strip.
struct StripHull {
  bool small = false;  // all numbers of the strip are so small that nothing below has overflowed
  std::int64_t begin = 0, end = 0;
};

inline StripHull hull_of(const AccessStrip& strip) {
  constexpr std::int64_t kSmall = std::int64_t{1} << 40;
  const bool small = strip.begin < static_cast<std::uint64_t>(kSmall) && strip.length != 0 &&
                     strip.length < static_cast<std::uint64_t>(kSmall) && strip.pitch < kSmall &&
                     strip.pitch > -kSmall && strip.count < (1U << 20U);
  if (!small) return {};
  const std::int64_t begin = static_cast<std::int64_t>(strip.begin);
  const std::int64_t way = strip.pitch * (std::int64_t{strip.count} - 1);
  const auto length = static_cast<std::int64_t>(strip.length);
  return {true, begin + (way < 0 ? way : 0), begin + (way > 0 ? way : 0) + length};
}

// A command has at most five: two operands, result, parameters; or map, weights, accumulator bank.
struct AccessStrips {
  AccessStrip strips[5];
  int size = 0;

  void add(const AccessStrip& strip) { strips[size++] = strip; }
  const AccessStrip* begin() const { return strips; }
  const AccessStrip* end() const { return strips + size; }
};

AccessStrips access_strips(const Command& command, const MachineDescription& machine);

}  // namespace intloom::isa
