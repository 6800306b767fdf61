#include "rtl_models/record/accumulator_counters.h"

namespace intloom::hw {

std::vector<Counter> AccumulatorCounters::list() const {
  return {
      {"rows_overwritten", rows_overwritten, "count", "rows of sums that replaced what a row held"},
      {"rows_added", rows_added, "count", "rows of sums added to a row"},
      {"rows_read", rows_read, "count", "rows read by the requantizer"},
      {"overflows", overflows, "count", "sums that did not fit into accumulator.width_bits when written"},
  };
}

}  // namespace intloom::hw
