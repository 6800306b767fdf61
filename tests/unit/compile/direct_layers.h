// Layers of an integer network computed directly from their definitions (runtime/quant/network.h), on row-major
// integers: no tiles, no channel blocks. Rounding half to even, saturating.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"

namespace intloom::test {

using Bytes = std::vector<std::uint8_t>;

// value * 2^-n, rounded half to even.
std::int64_t round_half_even(std::int64_t value, unsigned n);

// Row-major index of (channel, y, x) of a tensor.
class MapView {
 public:
  explicit MapView(const quant::Tensor& tensor);
  std::int64_t index(std::int64_t c, std::int64_t y, std::int64_t x) const {
    return channels_last_ ? (y * shape_.width + x) * shape_.channels + c : (c * shape_.height + y) * shape_.width + x;
  }
  const quant::MapShape& shape() const { return shape_; }

 private:
  quant::MapShape shape_;
  bool channels_last_;
};

// All tensors of the network by id, constants included.
std::vector<Bytes> run_directly(const quant::Network& network, const isa::MachineDescription& machine,
                                const std::vector<Bytes>& inputs);

}  // namespace intloom::test
