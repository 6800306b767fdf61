// Who has which bytes of the on-chip buffers, while a program is compiled.
#pragma once

#include <cstdint>
#include <optional>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/free_space.h"

namespace intloom::compile {

// Activation scratchpad: whole tensors keep whole banks from the layer that makes them to their last use; what is free
// beside them serves a layer's slots. A value: copies answer "what if".
class ScratchpadBanks {
 public:
  explicit ScratchpadBanks(const isa::MachineDescription& machine);

  // Address of the smallest run of free banks that holds `bytes`.
  std::optional<std::uint32_t> allocate(std::uint64_t bytes);
  void release(std::uint32_t address, std::uint64_t bytes);

  // `granule`: mapping::FreeSpace.
  mapping::FreeSpace free_space(std::uint32_t granule) const;
  std::uint32_t bank_bytes() const { return bank_bytes_; }
  int banks() const { return banks_; }
  int free_banks() const;

 private:
  bool is_free(int bank) const { return (used_ >> static_cast<unsigned>(bank) & 1U) == 0; }

  std::uint64_t used_ = 0;  // bit per bank
  int banks_;
  std::uint32_t bank_bytes_;
};

// Weight and parameter buffers: each layer takes its banks behind those of the layer before, round and round, so that
// its first loads need not wait for the last commands of that layer. Nothing is released: tokens keep the order.
class BankRing {
 public:
  BankRing(const isa::MachineDescription& machine, isa::Buffer buffer)
      : banks_(isa::buffer_description(machine, buffer).banks), bank_bytes_(isa::usable_bank_bytes(machine, buffer)) {}

  // Address of whole banks for `bytes`, at most the capacity.
  std::uint32_t allocate(std::uint64_t bytes);
  std::uint32_t bank_bytes() const { return bank_bytes_; }
  // What allocate() can give without banks of the allocation before.
  std::int64_t free_bytes() const;

 private:
  int banks_;
  std::uint32_t bank_bytes_;
  int next_ = 0, last_ = 0;  // the next bank; the first of the allocation before
};

}  // namespace intloom::compile
