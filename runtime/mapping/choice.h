// The best of the mappings that were tried, and the next best for a person who asks why.
#pragma once

#include <utility>

namespace intloom::mapping {

template <class Mapping>
struct Choice {
  bool found = false;  // a mapping that fits
  bool has_runner_up = false;
  Mapping best, runner_up;

  // Of equal ones the first stays: the order of trying is part of the result.
  void consider(Mapping mapping) {
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
