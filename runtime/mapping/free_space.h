// What is free of an on-chip buffer, and whether a set of regions fits there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rtl_models/isa/machine_description.h"

namespace intloom::mapping {

struct FreeSpan {
  std::uint32_t begin = 0, size = 0;
};

// Free spans by address. Regions are placed at multiples of `granule`: a bank, so that units which use different
// regions never wait for each other's banks, or a word, where banks are too few or too large for that.
struct FreeSpace {
  std::vector<FreeSpan> spans;
  std::uint32_t granule = 1;
};

// More spans or regions than any machine and layer have.
inline constexpr std::size_t kMostSpans = isa::kMaxBanks, kMostRegions = 8;

// Whether place() finds room for `count` regions. For searches: no memory is allocated.
bool fits(const FreeSpace& space, const std::int64_t* sizes, std::size_t count);

// Addresses for regions of `sizes` bytes (0: needs none, address 0), the largest placed first into the tightest span.
// Nothing when they do not fit.
std::optional<std::vector<std::uint32_t>> place(const FreeSpace& space, const std::vector<std::int64_t>& sizes);

}  // namespace intloom::mapping
