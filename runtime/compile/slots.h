// Slots of an on-chip buffer through which the tiles of an operand pass.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "runtime/compile/context.h"

namespace intloom::compile {

// Tiles by number, at most as many at a time as there are slots; the one used longest ago gives way.
class TileSlots {
 public:
  // Emits the LOAD of tile `key` into the slot at `address`.
  using Load = std::function<void(std::int64_t key, std::uint32_t address)>;

  TileSlots() = default;
  TileSlots(const std::vector<std::uint32_t>& addresses, Load load);

  // Address of the tile, loaded unless it is there.
  std::uint32_t require(std::int64_t key);
  // Loads the tile early, where that overwrites nothing in use.
  void prefetch(std::int64_t key) {
    if (slots_.size() > 1) require(key);
  }

 private:
  struct Slot {
    std::uint32_t address = 0;
    std::int64_t key = -1;
    std::int64_t last_use = -1;
  };
  std::vector<Slot> slots_;
  Load load_;
  std::int64_t uses_ = 0;
};

// Weights or parameters of one layer: tiles that lie one behind the other in memory. Resident: all of them keep their
// place in the buffer and are loaded once, a bank at a time. Else they pass through slots.
class ConstantTiles {
 public:
  struct Buffering {
    bool resident = false;
    int slots = 0;
    std::int64_t slot_bytes = 0;  // of the whole layer where resident
  };
  // The tiles lie in memory from `memory_address` on; `offsets`: where each begins, and the end.
  ConstantTiles(Context& context, isa::Buffer buffer, std::uint64_t memory_address, std::vector<std::int64_t> offsets,
                const Buffering& buffering);
  ConstantTiles(const ConstantTiles&) = delete;
  ConstantTiles& operator=(const ConstantTiles&) = delete;

  std::uint32_t require(std::int64_t tile);
  void prefetch(std::int64_t tile);

 private:
  void load_until(std::int64_t end);

  Context& context_;
  isa::Buffer buffer_;
  std::vector<std::int64_t> offsets_;
  bool resident_;
  std::uint64_t memory_address_ = 0;
  std::uint32_t buffer_address_ = 0, bank_bytes_ = 1;
  std::int64_t loaded_ = 0;  // bytes of a resident layer
  TileSlots slots_;
};

// Alternates between output slots.
class OutputSlots {
 public:
  explicit OutputSlots(std::vector<std::uint32_t> addresses) : addresses_(std::move(addresses)) {}
  std::uint32_t next() { return addresses_[next_++ % addresses_.size()]; }

 private:
  std::vector<std::uint32_t> addresses_;
  std::size_t next_ = 0;
};

}  // namespace intloom::compile
