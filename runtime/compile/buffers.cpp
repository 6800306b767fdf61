#include "runtime/compile/buffers.h"

#include <algorithm>

namespace intloom::compile {
namespace {

int banks_for(std::uint64_t bytes, std::uint32_t bank_bytes) {
  return static_cast<int>((bytes + bank_bytes - 1) / bank_bytes);
}

std::uint64_t mask_of(int first, int count) {
  const std::uint64_t ones = count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << static_cast<unsigned>(count)) - 1;
  return ones << static_cast<unsigned>(first);
}

}  // namespace

ScratchpadBanks::ScratchpadBanks(const isa::MachineDescription& machine)
    : banks_(machine.scratchpad.banks), bank_bytes_(isa::usable_bank_bytes(machine, isa::Buffer::activations)) {}

std::optional<std::uint32_t> ScratchpadBanks::allocate(std::uint64_t bytes) {
  if (bank_bytes_ == 0 || bytes > std::uint64_t{bank_bytes_} * static_cast<std::uint64_t>(banks_)) return std::nullopt;
  const int needed = banks_for(bytes, bank_bytes_);
  int best = -1, best_size = banks_ + 1;
  for (int bank = 0; bank < banks_;) {
    int end = bank;
    while (end < banks_ && is_free(end)) ++end;
    if (end - bank >= needed && end - bank < best_size) {
      best = bank;
      best_size = end - bank;
    }
    bank = end + 1;
  }
  if (best < 0) return std::nullopt;
  used_ |= mask_of(best, needed);
  return static_cast<std::uint32_t>(best) * bank_bytes_;
}

void ScratchpadBanks::release(std::uint32_t address, std::uint64_t bytes) {
  used_ &= ~mask_of(static_cast<int>(address / bank_bytes_), banks_for(bytes, bank_bytes_));
}

mapping::FreeSpace ScratchpadBanks::free_space(std::uint32_t granule) const {
  mapping::FreeSpace space;
  space.granule = granule;
  for (int bank = 0; bank < banks_;) {
    int end = bank;
    while (end < banks_ && is_free(end)) ++end;
    if (end > bank)
      space.spans.push_back(
          {static_cast<std::uint32_t>(bank) * bank_bytes_, static_cast<std::uint32_t>(end - bank) * bank_bytes_});
    bank = end + 1;
  }
  return space;
}

int ScratchpadBanks::free_banks() const {
  int count = 0;
  for (int bank = 0; bank < banks_; ++bank) count += is_free(bank) ? 1 : 0;
  return count;
}

std::int64_t BankRing::free_bytes() const { return std::int64_t{std::max(banks_ - next_, last_)} * bank_bytes_; }

std::uint32_t BankRing::allocate(std::uint64_t bytes) {
  const int needed = banks_for(bytes, bank_bytes_);
  if (next_ + needed > banks_) next_ = 0;
  const int first = next_;
  last_ = first;
  next_ += needed;
  return static_cast<std::uint32_t>(first) * bank_bytes_;
}

}  // namespace intloom::compile
