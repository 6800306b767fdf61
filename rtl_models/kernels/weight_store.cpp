#include "rtl_models/kernels/weight_store.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>
#include <tuple>

namespace intloom::kernels {

namespace {

constexpr std::size_t kRecent = 4;

std::size_t content_hash(const std::uint8_t* source, std::size_t bytes) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(source), bytes});
}

}  // namespace

WeightLayout::WeightLayout(const ExecShape& shape)
    : depthwise(shape.depthwise),
      w_signed(shape.w_signed),
      zw(shape.zw),
      channels(shape.channels),
      outputs(shape.outputs),
      kernel_h(shape.kernel_h),
      kernel_w(shape.kernel_w) {}

bool WeightLayout::operator==(const WeightLayout& other) const {
  const auto fields = [](const WeightLayout& l) {
    return std::tie(l.depthwise, l.w_signed, l.zw, l.channels, l.outputs, l.kernel_h, l.kernel_w);
  };
  return fields(*this) == fields(other);
}

KeptWeights::KeptWeights(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool)
    : layout_(shape), source_(source, source + shape.weight_bytes()) {
  const WeightPanels panels(shape);
  packed_.reserve(panels.count * panels.pitch());
  pack_weights(shape, source, packed_.data(), pool);
}

bool KeptWeights::serves(const WeightLayout& layout, const std::uint8_t* source, std::size_t bytes) const {
  return layout == layout_ && std::memcmp(source, source_.data(), bytes) == 0;
}

Range KeptWeights::sum_range(const ExecShape& shape) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!range_ || range_of_.lowest != shape.x.lowest || range_of_.highest != shape.x.highest) {
    range_ = Range{};
    for (const Range& sum : sum_ranges(shape, packed()))
      range_ = Range{std::min(range_->lowest, sum.lowest), std::max(range_->highest, sum.highest)};
    range_of_ = shape.x;
  }
  return *range_;
}

void WeightStore::keep(bool keep) {
  keep_ = keep;
  recent_.clear();
  by_content_.clear();
}

SharedWeights WeightStore::find_or_pack(const ExecShape& shape, const std::uint8_t* source, SharedWeights& kept,
                                        ThreadPool& pool) {
  if (!keep_) return recent(shape, source, pool);
  if (kept == nullptr || !kept->serves(WeightLayout(shape), source, shape.weight_bytes()))
    kept = of_content(shape, source, pool);
  return kept;
}

// Packs under the lock: images that run at the same time come to the same weights at about the same time.
SharedWeights WeightStore::of_content(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool) {
  const WeightLayout layout(shape);
  const std::size_t bytes = shape.weight_bytes(), hash = content_hash(source, bytes);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto [first, last] = by_content_.equal_range(hash);
  for (auto it = first; it != last;) {
    SharedWeights candidate = it->second.lock();
    if (candidate != nullptr && candidate->serves(layout, source, bytes)) return candidate;
    it = candidate == nullptr ? by_content_.erase(it) : std::next(it);
  }
  auto packed = std::make_shared<KeptWeights>(shape, source, pool);
  by_content_.emplace(hash, packed);
  return packed;
}

SharedWeights WeightStore::recent(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool) {
  if (SharedWeights found = find_recent(shape, source)) return found;
  auto packed = std::make_shared<KeptWeights>(shape, source, pool);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (recent_.size() == kRecent) recent_.pop_back();
  recent_.insert(recent_.begin(), packed);
  return packed;
}

SharedWeights WeightStore::find_recent(const ExecShape& shape, const std::uint8_t* source) {
  const WeightLayout layout(shape);
  const auto serves = [&](const SharedWeights& weights) {
    return weights->serves(layout, source, shape.weight_bytes());
  };
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(recent_.begin(), recent_.end(), serves);
  if (found == recent_.end()) return nullptr;
  std::rotate(recent_.begin(), found, found + 1);
  return recent_.front();
}

}  // namespace intloom::kernels
