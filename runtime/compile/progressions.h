// Which rows or columns of a map a nearest-neighbour resize can copy with one command: those whose sources and targets
// both lie evenly.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/mapping/tiling.h"

namespace intloom::compile {

// Target target + i * target_step is source source + i * source_step, i < count; both count from the tile's first.
struct Progression {
  std::int64_t target = 0, target_step = 1, source = 0, source_step = 1, count = 1;
};

// Covers targets [first, first + count) of `index` (ascending: the source of each target), each once. An enlargement by
// a whole factor gives as many progressions as the factor.
std::vector<Progression> progressions(const std::vector<std::int64_t>& index, std::int64_t first, std::int64_t count);

// The sources that these targets need.
mapping::InputSpan span_of(const std::vector<std::int64_t>& index, std::int64_t first, std::int64_t count);

}  // namespace intloom::compile
