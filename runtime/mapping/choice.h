// The best of the mappings that were tried, and the next best for a person who asks why.
#pragma once

#include <cstdint>
#include <utility>

namespace intloom::mapping {

template <class Mapping>
struct Choice {
  bool found = false;  // a mapping that fits
  bool has_runner_up = false;
  Mapping best, runner_up;
  std::int64_t candidates = 0;  // that fit, and were compared

  // Of equal ones the first stays: the order of trying is part of the result.
  void consider(Mapping mapping) {
    ++candidates;
    if (!found || mapping.cycles < best.cycles) {
      runner_up = std::exchange(best, std::move(mapping));
      has_runner_up = std::exchange(found, true);
    } else if (!has_runner_up || mapping.cycles < runner_up.cycles) {
      runner_up = std::move(mapping);
      has_runner_up = true;
    }
  }
};

}  // namespace intloom::mapping
