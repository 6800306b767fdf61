#include "runtime/compile/progressions.h"

#include <cstddef>

namespace intloom::compile {
namespace {

// The longest progression from target `from` on over targets that are not taken yet.
Progression longest(const std::vector<std::int64_t>& source, const std::vector<bool>& taken, std::size_t from) {
  Progression best{static_cast<std::int64_t>(from), 1, source[from], 1, 1};
  for (std::size_t step = 1; from + step < source.size(); ++step) {
    if (static_cast<std::int64_t>(source.size() - from - 1) / static_cast<std::int64_t>(step) < best.count) break;
    if (taken[from + step]) continue;
    const std::int64_t source_step = source[from + step] - source[from];
    std::int64_t count = 1;
    for (std::size_t at = from + step; at < source.size() && !taken[at]; at += step, ++count)
      if (source[at] != source[from] + count * source_step) break;
    if (count > best.count) best = {best.target, static_cast<std::int64_t>(step), best.source, source_step, count};
  }
  return best;
}

}  // namespace

std::vector<Progression> progressions(const std::vector<std::int64_t>& index, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> source(index.begin() + first, index.begin() + first + count);
  for (std::int64_t& s : source) s -= index[static_cast<std::size_t>(first)];
  std::vector<bool> taken(source.size(), false);
  std::vector<Progression> found;
  for (std::size_t from = 0; from < source.size(); ++from) {
    if (taken[from]) continue;
    const Progression next = longest(source, taken, from);
    for (std::int64_t i = 0; i < next.count; ++i) taken[from + static_cast<std::size_t>(i * next.target_step)] = true;
    found.push_back(next);
  }
  return found;
}

mapping::InputSpan span_of(const std::vector<std::int64_t>& index, std::int64_t first, std::int64_t count) {
  mapping::InputSpan span;
  span.begin = index[static_cast<std::size_t>(first)];
  span.size = index[static_cast<std::size_t>(first + count - 1)] - span.begin + 1;
  span.pad = 0;
  return span;
}

}  // namespace intloom::compile
