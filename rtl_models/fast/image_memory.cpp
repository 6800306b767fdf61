#include "rtl_models/fast/image_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace intloom::fast {

namespace {

struct Hull {
  std::uint64_t begin, end;
};

// From the first byte of memory that a transfer touches to the last one.
Hull hull_of(const isa::Transfer& transfer) {
  std::int64_t lowest = 0, highest = 0;
  for (std::size_t d = 0; d < transfer.extents.size(); ++d) {
    const std::int64_t way = transfer.memory_strides[d] * (std::int64_t{transfer.extents[d]} - 1);
    (way < 0 ? lowest : highest) += way;
  }
  return {transfer.memory_address + static_cast<std::uint64_t>(lowest),
          transfer.memory_address + static_cast<std::uint64_t>(highest) + 1};
}

}  // namespace

ImageMemory::ImageMemory(std::shared_ptr<const Bytes> constants, std::uint64_t end)
    : constants_(std::move(constants)),
      first_own_(constants_->size()),
      own_(static_cast<std::size_t>(std::max(end, first_own_) - first_own_)) {}

void ImageMemory::own_all() {
  own_.insert(own_.begin(), constants_->begin(), constants_->begin() + static_cast<std::ptrdiff_t>(first_own_));
  first_own_ = 0;
}

bool ImageMemory::write(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
  if (count == 0) return true;
  if (address < first_own_) own_all();
  const std::uint64_t begin = address - first_own_;
  if (own_.size() < begin + count) own_.resize(static_cast<std::size_t>(begin + count));
  std::memcpy(own_.data() + begin, bytes, count);
  return address >= constants_->size();
}

void ImageMemory::read(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const {
  std::fill_n(bytes, count, std::uint8_t{0});
  const auto copy = [&](const Bytes& from, std::uint64_t first, std::uint64_t end) {
    const std::uint64_t low = std::max(address, first), high = std::min(address + count, end);
    if (low < high) std::memcpy(bytes + (low - address), from.data() + (low - first), high - low);
  };
  copy(*constants_, 0, first_own_);
  copy(own_, first_own_, first_own_ + own_.size());
}

void ImageMemory::admit(const isa::Transfer& transfer, bool store) {
  const Hull hull = hull_of(transfer);
  if (hull.begin < first_own_ && (store || hull.end > first_own_)) own_all();
}

const std::uint8_t* ImageMemory::for_load(isa::Transfer& transfer) const {
  if (transfer.memory_address < first_own_) return constants_->data();
  transfer.memory_address -= first_own_;
  return own_.data();
}

std::uint8_t* ImageMemory::for_store(isa::Transfer& transfer) {
  transfer.memory_address -= first_own_;
  return own_.data();
}

}  // namespace intloom::fast
