// Packed weights from one EXEC to another, from one inference to the next, and between images that run at the same
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
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
  const std::uint8_t* source() const { return source_.data(); }
  const std::int16_t* packed() const { return packed_.data(); }
  // Lowest and highest of sum_ranges() for the operands of `shape`. For any number of threads.
  Range sum_range(const ExecShape& shape);

 private:
  WeightLayout layout_;
  std::vector<std::uint8_t> source_;
  AlignedArray<std::int16_t> packed_;
  std::mutex mutex_;  // of what follows
  Range range_of_;    // activations that range_ is for
  std::optional<Range> range_;
};

using SharedWeights = std::shared_ptr<KeptWeights>;

// Of one machine; for any number of threads. Spatial tiles of a layer have equal weights: they share one packed copy.
class WeightStore {
 public:
  // Kept: each command's, until its bytes change. Not kept: the last few packed. Not while another thread uses it.
  void keep(bool keep);
  // The packed weights of `source`: those in `kept` where they serve, else some of the store or new ones. Where weights
  // are kept, `kept` then is them.
  SharedWeights find_or_pack(const ExecShape& shape, const std::uint8_t* source, SharedWeights& kept, ThreadPool& pool);

 private:
  SharedWeights of_content(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool);
  SharedWeights recent(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool);
  SharedWeights find_recent(const ExecShape& shape, const std::uint8_t* source);

  bool keep_ = false;
  std::mutex mutex_;
  std::vector<SharedWeights> recent_;                                            // the last used in front
  std::unordered_multimap<std::size_t, std::weak_ptr<KeptWeights>> by_content_;  // key: a hash of the bytes
};

}  // namespace intloom::kernels
