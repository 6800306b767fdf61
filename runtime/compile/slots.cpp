#include "runtime/compile/slots.h"

#include <algorithm>

namespace intloom::compile {

TileSlots::TileSlots(const std::vector<std::uint32_t>& addresses, Load load) : load_(std::move(load)) {
  for (const std::uint32_t address : addresses) slots_.push_back({address, -1, -1});
}

std::uint32_t TileSlots::require(std::int64_t key) {
  Slot* oldest = &slots_.front();
  for (Slot& slot : slots_) {
    if (slot.key == key) {
      slot.last_use = uses_++;
      return slot.address;
    }
    if (slot.last_use < oldest->last_use) oldest = &slot;
  }
  oldest->key = key;
  oldest->last_use = uses_++;
  load_(key, oldest->address);
  return oldest->address;
}

ConstantTiles::ConstantTiles(Context& context, isa::Buffer buffer, std::uint64_t memory_address,
                             std::vector<std::int64_t> offsets, const Buffering& buffering)
    : context_(context),
      buffer_(buffer),
      offsets_(std::move(offsets)),
      resident_(buffering.resident),
      memory_address_(memory_address) {
  BankRing& ring = buffer == isa::Buffer::weights ? context.weights : context.parameters;
  bank_bytes_ = ring.bank_bytes();
  if (resident_) {
    buffer_address_ = ring.allocate(static_cast<std::uint64_t>(buffering.slot_bytes));
    return;
  }
  // Slots are whole banks, so that one is filled while the other is read.
  const std::uint64_t slot =
      (static_cast<std::uint64_t>(buffering.slot_bytes) + bank_bytes_ - 1) / bank_bytes_ * bank_bytes_;
  buffer_address_ = ring.allocate(slot * static_cast<std::uint64_t>(buffering.slots));
  std::vector<std::uint32_t> addresses;
  addresses.reserve(static_cast<std::size_t>(buffering.slots));
  for (int i = 0; i < buffering.slots; ++i)
    addresses.push_back(buffer_address_ + static_cast<std::uint32_t>(slot) * static_cast<std::uint32_t>(i));
  slots_ = TileSlots(addresses, [this](std::int64_t tile, std::uint32_t address) {
    const auto i = static_cast<std::size_t>(tile);
    context_.builder.push(isa::Unit::load, static_cast<std::uint32_t>(tile),
                          run_transfer(buffer_, memory_address_ + static_cast<std::uint64_t>(offsets_[i]), address,
                                       static_cast<std::uint64_t>(offsets_[i + 1] - offsets_[i])));
  });
}

std::uint32_t ConstantTiles::require(std::int64_t tile) {
  if (!resident_) return slots_.require(tile);
  load_until(offsets_[static_cast<std::size_t>(tile) + 1]);
  return buffer_address_ + static_cast<std::uint32_t>(offsets_[static_cast<std::size_t>(tile)]);
}

void ConstantTiles::prefetch(std::int64_t tile) {
  if (resident_)
    require(tile);
  else
    slots_.prefetch(tile);
}

void ConstantTiles::load_until(std::int64_t end) {
  while (loaded_ < end) {
    const std::int64_t bytes = std::min<std::int64_t>(bank_bytes_, offsets_.back() - loaded_);
    context_.builder.push(
        isa::Unit::load, 0,
        run_transfer(buffer_, memory_address_ + static_cast<std::uint64_t>(loaded_),
                     buffer_address_ + static_cast<std::uint64_t>(loaded_), static_cast<std::uint64_t>(bytes)));
    loaded_ += bytes;
  }
}

}  // namespace intloom::compile
