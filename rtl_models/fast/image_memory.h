// The simulated memory of one image that runs: its own bytes, and constants that all images read.
//
// Constants lie below everything that a compiled program writes. A program that writes there all the same, or moves
// a box across that border, gets a whole memory of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rtl_models/isa/command.h"

namespace intloom::fast {

class ImageMemory {
 public:
  using Bytes = std::vector<std::uint8_t>;

  // Addresses [0, end); those behind the constants are zero.
  ImageMemory(std::shared_ptr<const Bytes> constants, std::uint64_t end);

  // False where it wrote to constants.
  bool write(std::uint64_t address, const std::uint8_t* bytes, std::size_t count);
  // Bytes beyond the end are zero.
  void read(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const;

  // Before transfers of the program run: sees which bytes they touch.
  void admit(const isa::Transfer& transfer, bool store);
  // Memory as an admitted transfer sees it: its memory_address becomes one of the bytes returned.
  const std::uint8_t* for_load(isa::Transfer& transfer) const;
  std::uint8_t* for_store(isa::Transfer& transfer);

 private:
  void own_all();

  std::shared_ptr<const Bytes> constants_;  // of addresses below first_own_
  std::uint64_t first_own_;
  Bytes own_;  // addresses from first_own_ on
};

}  // namespace intloom::fast
