#include "rtl_models/record/buffer_counters.h"

#include <fmt/format.h>

namespace intloom::hw {

std::vector<Counter> BufferCounters::list() const {
  std::vector<Counter> all;
  all.reserve(2 * banks.size());
  for (std::size_t bank = 0; bank < banks.size(); ++bank) {
    all.push_back(
        {fmt::format("bank{}_reads", bank), banks[bank].reads, "count", fmt::format("words read from bank {}", bank)});
    all.push_back({fmt::format("bank{}_writes", bank), banks[bank].writes, "count",
                   fmt::format("writes of a word or a part of it to bank {}", bank)});
  }
  return all;
}

}  // namespace intloom::hw
