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

const Range& KeptWeights::sum_range(const ExecShape& shape) {
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
  by_command_.clear();
  by_content_.clear();
}

KeptWeights& WeightStore::find_or_pack(const ExecShape& shape, std::uint32_t command, const std::uint8_t* source,
                                       ThreadPool& pool) {
  return keep_ ? of_command(shape, command, source, pool) : recent(shape, source, pool);
}

KeptWeights& WeightStore::of_command(const ExecShape& shape, std::uint32_t command, const std::uint8_t* source,
                                     ThreadPool& pool) {
  const WeightLayout layout(shape);
  const std::size_t bytes = shape.weight_bytes();
  if (command >= by_command_.size()) by_command_.resize(command + 1);
  Shared& entry = by_command_[command];
  if (entry != nullptr && entry->serves(layout, source, bytes)) return *entry;
  const std::size_t hash = content_hash(source, bytes);
  const auto [first, last] = by_content_.equal_range(hash);
  for (auto it = first; it != last;) {
    const Shared candidate = it->second.lock();
    if (candidate != nullptr && candidate->serves(layout, source, bytes)) return *(entry = candidate);
    it = candidate == nullptr ? by_content_.erase(it) : std::next(it);
  }
  entry = std::make_shared<KeptWeights>(shape, source, pool);
  by_content_.emplace(hash, entry);
  return *entry;
}

KeptWeights& WeightStore::recent(const ExecShape& shape, const std::uint8_t* source, ThreadPool& pool) {
  const WeightLayout layout(shape);
  const auto serves = [&](const Shared& weights) { return weights->serves(layout, source, shape.weight_bytes()); };
  const auto found = std::find_if(recent_.begin(), recent_.end(), serves);
  if (found != recent_.end()) {
    std::rotate(recent_.begin(), found, found + 1);
  } else {
    if (recent_.size() == kRecent) recent_.pop_back();
    recent_.insert(recent_.begin(), std::make_shared<KeptWeights>(shape, source, pool));
  }
  return *recent_.front();
}

}  // namespace intloom::kernels
