// How the work of a command is cut into parts for the threads: by the command alone, never by their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// Sum of work(begin, end) over parts of [0, items), each of at least about 16 K elements.
std::int64_t sum_of_parts(ThreadPool& pool, std::size_t items, std::size_t elements_per_item,
                          const std::function<std::int64_t(std::size_t begin, std::size_t end)>& work);

// Whether no two pixels or blocks of the map are known to share a word of `word` bytes. No false true.
bool words_distinct(const isa::MapRegion& map, std::size_t blocks, std::uint32_t word);

}  // namespace intloom::kernels
