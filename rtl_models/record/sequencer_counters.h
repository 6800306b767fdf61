// What the sequencer counts; definitions: rtl_models/sequencer/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct SequencerCounters {
  std::array<std::uint64_t, isa::kUnits> commands{};  // started, by unit
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
