#include "rtl_models/arith/output_range.h"

namespace intloom::arith {
namespace {

int saturate_lanes(const OutputRange& range, const std::int64_t* y, int lanes, std::uint8_t* out) {
  const std::int64_t lowest = range.lo - range.zy, highest = range.hi - range.zy;
  int changed = 0;
  for (int i = 0; i < lanes; ++i) {
    std::int64_t value = y[i];
    value = value < lowest ? lowest : value;
    value = value > highest ? highest : value;
    changed += value != y[i];
    out[i] = static_cast<std::uint8_t>(value + range.zy);
  }
  return changed;
}

int wrap_lanes(const OutputRange& range, const std::int64_t* y, int lanes, std::uint8_t* out) {
  const std::int64_t lowest = (range.is_signed ? -128 : 0) - range.zy, highest = lowest + 255;
  int changed = 0;
  for (int i = 0; i < lanes; ++i) {
    changed += y[i] < lowest || y[i] > highest;
    out[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(y[i]) + static_cast<std::uint64_t>(range.zy));
  }
  return changed;
}

}  // namespace

int to_output(const OutputRange& range, const std::int64_t* y, int lanes, std::uint8_t* out) {
  return range.out_of_range == isa::OutOfRange::wrap ? wrap_lanes(range, y, lanes, out)
                                                     : saturate_lanes(range, y, lanes, out);
}

}  // namespace intloom::arith
