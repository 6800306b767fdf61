// Random machines and transfers, and what a transfer moves, element by element from the comment above isa::Transfer.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::hw::test {

constexpr std::uint64_t kRandomMemoryBytes = 1 << 16;

class Randomness {
 public:
  explicit Randomness(unsigned seed) : random_(seed) {}
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool chance(int percent) { return pick(0, 99) < percent; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + pick(0, static_cast<std::int64_t>(values.size()) - 1));
  }

  isa::MachineDescription machine() {
    isa::MachineDescription machine;
    machine.clock_period_ps = one_of({1000, 1000, 700, 1333, 2500});
    machine.array.rows = one_of({4, 8, 12, 16, 32});
    machine.array.cols = one_of({4, 8, 16, 20});
    machine.scratchpad = {4, 2048, static_cast<int>(pick(1, 4))};
    machine.weight_buffer = {2, 2048, 1};
    machine.parameter_buffer = {2, 1024, 1};
    machine.dma.bytes_per_cycle = one_of({1, 3, 4, 8, 16, 32, 64});
    machine.dma.outstanding_bursts = static_cast<int>(pick(1, 9));
    machine.memory.capacity_bytes = kRandomMemoryBytes;
    machine.memory.clock_period_ps = one_of({1000, 312, 625, 1250, 3000, machine.clock_period_ps});
    machine.memory.bytes_per_cycle = one_of({1, 4, 16, 64});
    machine.memory.read_latency_cycles = static_cast<int>(pick(0, 40));
    machine.memory.write_latency_cycles = static_cast<int>(pick(0, 40));
    machine.memory.burst_bytes = one_of({1, 8, 16, 64, 256});
    return machine;
  }

  isa::Transfer transfer(const isa::MachineDescription& machine, bool store) {
    isa::Transfer transfer;
    transfer.buffer = store ? isa::Buffer::activations
                            : one_of({isa::Buffer::activations, isa::Buffer::weights, isa::Buffer::parameters});
    const std::int64_t capacity = isa::capacity_bytes(machine, transfer.buffer);
    transfer.extents = {static_cast<std::uint32_t>(one_of<std::int64_t>({1, pick(1, 24), pick(1, 200)})),
                        static_cast<std::uint32_t>(one_of<std::int64_t>({1, pick(1, 6)})),
                        static_cast<std::uint32_t>(one_of<std::int64_t>({1, pick(1, 4)}))};
    transfer.memory_strides = strides(transfer.extents, 9, transfer.memory_address, kRandomMemoryBytes);
    std::uint64_t buffer_address = 0;
    // Strides that the buffer has no room for become those of a contiguous block.
    do transfer.buffer_strides = strides(transfer.extents, 3, buffer_address, static_cast<std::uint64_t>(capacity));
    while (!fits_);
    transfer.buffer_address = static_cast<std::uint32_t>(buffer_address);
    return transfer;
  }

 private:
  // Strides of one side and a first address so that all elements lie in [0, capacity).
  std::array<std::int64_t, 3> strides(const std::array<std::uint32_t, 3>& extents, int innermost,
                                      std::uint64_t& address, std::uint64_t capacity) {
    std::array<std::int64_t, 3> strides{};
    strides[0] = chance(70) ? 1 : pick(-2, innermost);
    for (std::size_t d = 1; d < 3; ++d) {
      const std::int64_t dense = strides[d - 1] * extents[d - 1];
      strides[d] = chance(50) ? dense : dense + pick(0, 40);
      if (chance(10)) strides[d] = -strides[d];
    }
    std::int64_t low = 0, high = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      const std::int64_t span = strides[d] * (static_cast<std::int64_t>(extents[d]) - 1);
      (span < 0 ? low : high) += span;
    }
    fits_ = high - low < static_cast<std::int64_t>(capacity);
    if (fits_) address = static_cast<std::uint64_t>(pick(-low, static_cast<std::int64_t>(capacity) - 1 - high));
    return strides;
  }

  std::mt19937 random_;
  bool fits_ = true;
};

// (memory address, buffer address) of each byte, in stream order.
inline void for_each_byte(const isa::Transfer& transfer,
                          const std::function<void(std::uint64_t, std::uint32_t)>& visit) {
  for (std::int64_t k = 0; k < transfer.extents[2]; ++k)
    for (std::int64_t j = 0; j < transfer.extents[1]; ++j)
      for (std::int64_t i = 0; i < transfer.extents[0]; ++i)
        visit(transfer.memory_address +
                  static_cast<std::uint64_t>(i * transfer.memory_strides[0] + j * transfer.memory_strides[1] +
                                             k * transfer.memory_strides[2]),
              static_cast<std::uint32_t>(static_cast<std::int64_t>(transfer.buffer_address) +
                                         i * transfer.buffer_strides[0] + j * transfer.buffer_strides[1] +
                                         k * transfer.buffer_strides[2]));
}

}  // namespace intloom::hw::test
