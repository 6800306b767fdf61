// Where everything lies in memory: constants first, then tensors, which share space when their lives do not overlap.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/program.h"

namespace intloom::compile {

class MemoryPlan {
 public:
  // Addresses are aligned to bursts.
  explicit MemoryPlan(const isa::MachineDescription& machine)
      : alignment_(static_cast<std::uint64_t>(machine.memory.burst_bytes)) {}

  // Constant bytes: a segment of the memory image.
  std::uint64_t add_constant(std::vector<std::uint8_t> bytes, std::string contents);
  // The place of one whose bytes are not known.
  std::uint64_t reserve_constant(std::uint64_t size, std::string contents);

  // Space for a tensor. How much the constants take is known at the end only: until then tensors have provisional
  // addresses, from kTensorBase on.
  std::uint64_t allocate(std::uint64_t bytes);
  void release(std::uint64_t address, std::uint64_t bytes);

  // Gives the program its segments, its size, and final addresses to its commands and linear tensors.
  void finish(Program& program);
  // First byte behind the constants, once finished.
  std::uint64_t constant_bytes() const { return constants_end_; }

 private:
  static constexpr std::uint64_t kTensorBase = std::uint64_t{1} << 40;

  std::uint64_t aligned(std::uint64_t bytes) const { return (bytes + alignment_ - 1) / alignment_ * alignment_; }

  std::uint64_t alignment_;
  std::vector<MemorySegment> segments_;
  std::uint64_t constants_end_ = 0, tensors_end_ = 0;
  std::map<std::uint64_t, std::uint64_t> free_;  // begin -> end, below tensors_end_
};

}  // namespace intloom::compile
