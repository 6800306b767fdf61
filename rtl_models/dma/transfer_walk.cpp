#include "rtl_models/dma/transfer_walk.h"

namespace intloom::hw {

void TransferWalk::start(std::uint64_t address, const std::array<std::uint32_t, 3>& extents,
                         const std::array<std::int64_t, 3>& strides) {
  run_ = 1;
  runs_left_ = 1;
  outer_dimensions_ = 0;
  for (std::size_t d = 0; d < extents.size(); ++d) {
    if (extents[d] == 1) continue;
    if (outer_dimensions_ == 0 && strides[d] == static_cast<std::int64_t>(run_)) {
      run_ *= extents[d];
    } else {
      outer_[static_cast<std::size_t>(outer_dimensions_++)] = {extents[d], 0, strides[d]};
      runs_left_ *= extents[d];
    }
  }
  run_left_ = run_;
  run_address_ = address_ = address;
}

void TransferWalk::next_run() {
  if (--runs_left_ == 0) return;
  for (Dimension& dimension : outer_) {
    run_address_ += static_cast<std::uint64_t>(dimension.stride);
    if (++dimension.index != dimension.extent) break;
    run_address_ -= static_cast<std::uint64_t>(dimension.stride) * dimension.extent;
    dimension.index = 0;
  }
  run_left_ = run_;
  address_ = run_address_;
}

}  // namespace intloom::hw
