// Packed weights from one EXEC to another, and from one inference to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/packed_weights.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// What packed weights are made of, beside the bytes.
struct WeightLayout {
  explicit WeightLayout(const ExecShape& shape);
  bool operator==(const WeightLayout& other) const;

  bool depthwise, w_signed;
  std::int16_t zw;
  std::size_t channels, outputs, kernel_h, kernel_w;
};

class KeptWeights {
 public:
  KeptWeights(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool);

  // Whether these bytes in this layout pack to the same.
  bool serves(const WeightLayout& layout, const std::uint8_t* source, std::size_t bytes) const;
  const std::int16_t* packed() const { return packed_.data(); }
  // Lowest and highest of sum_ranges() for the operands of `shape`.
  const Range& sum_range(const ExecShape& shape);

 private:
  WeightLayout layout_;
  std::vector<std::uint8_t> source_;
  AlignedArray<std::int16_t> packed_;
  Range range_of_;  // activations that range_ is for
  std::optional<Range> range_;
};

// Of one machine. Spatial tiles of a layer have equal weights: they share one packed copy.
class WeightStore {
 public:
  // Kept: each command's, until its bytes change. Not kept: the last few packed.
  void keep(bool keep);
  // The reference is good until the next call.
  KeptWeights& find_or_pack(const ExecShape& shape, std::uint32_t command, const std::uint8_t* source,
                            ThreadPool& pool);

 private:
  using Shared = std::shared_ptr<KeptWeights>;

  KeptWeights& of_command(const ExecShape& shape, std::uint32_t command, const std::uint8_t* source, ThreadPool& pool);
  KeptWeights& recent(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool);

  bool keep_ = false;
  std::vector<Shared> recent_;  // the last used in front
  std::vector<Shared> by_command_;
  std::unordered_multimap<std::size_t, std::weak_ptr<KeptWeights>> by_content_;  // key: a hash of the bytes
};

}  // namespace intloom::kernels
