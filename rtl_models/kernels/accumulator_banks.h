// The accumulators of a machine as the kernels see them: rows of one sum per array column, bank after bank.
//
// Sums of at most 32 bits are held as int32, wider ones as int64: one of the two vectors is used, the other is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"

namespace intloom::kernels {

class AccumulatorBanks {
 public:
  explicit AccumulatorBanks(const isa::MachineDescription& machine)
      : columns_(static_cast<std::size_t>(machine.array.cols)),
        rows_per_bank_(static_cast<std::size_t>(machine.accumulator.rows_per_bank)),
        wide_(machine.accumulator.width_bits > 32),
        bounds_(static_cast<std::size_t>(machine.accumulator.banks), INT64_MAX) {
    const std::size_t sums = columns_ * rows_per_bank_ * static_cast<std::size_t>(machine.accumulator.banks);
    if (wide_)
      int64_.resize(sums);
    else
      int32_.resize(sums);
  }

  bool wide() const { return wide_; }
  std::size_t columns() const { return columns_; }
  // No magnitude of a sum of the bank is larger: what the one that writes sums knows. At first nothing.
  std::int64_t bound(std::size_t bank) const { return bounds_[bank]; }
  void set_bound(std::size_t bank, std::int64_t bound) { bounds_[bank] = bound; }

  // Row `row` of `bank`; the rows behind it follow without a gap, columns() sums each.
  std::int32_t* int32_row(std::size_t bank, std::size_t row) { return int32_.data() + offset(bank, row); }
  const std::int32_t* int32_row(std::size_t bank, std::size_t row) const { return int32_.data() + offset(bank, row); }
  std::int64_t* int64_row(std::size_t bank, std::size_t row) { return int64_.data() + offset(bank, row); }
  const std::int64_t* int64_row(std::size_t bank, std::size_t row) const { return int64_.data() + offset(bank, row); }

 private:
  std::size_t offset(std::size_t bank, std::size_t row) const { return (bank * rows_per_bank_ + row) * columns_; }

  std::size_t columns_, rows_per_bank_;
  bool wide_;
  std::vector<std::int64_t> bounds_;
  std::vector<std::int32_t> int32_;
  std::vector<std::int64_t> int64_;
};

}  // namespace intloom::kernels
