// LOAD and STORE on the host against the sentence above isa::Transfer, element by element.
#include "rtl_models/kernels/transfer_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace intloom::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

int pick(Random& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

template <class Move>
void for_each_element(const isa::Transfer& transfer, const Move& move) {
  for (std::uint32_t i2 = 0; i2 < transfer.extents[2]; ++i2)
    for (std::uint32_t i1 = 0; i1 < transfer.extents[1]; ++i1)
      for (std::uint32_t i0 = 0; i0 < transfer.extents[0]; ++i0) {
        const auto offset = [&](const std::array<std::int64_t, 3>& strides) {
          return i0 * strides[0] + i1 * strides[1] + i2 * strides[2];
        };
        move(static_cast<std::size_t>(static_cast<std::int64_t>(transfer.memory_address) +
                                      offset(transfer.memory_strides)),
             static_cast<std::size_t>(transfer.buffer_address + offset(transfer.buffer_strides)));
      }
}

Bytes random_bytes(Random& random, std::size_t size) {
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// One that stays between -reach and +reach of its address.
std::int64_t random_stride(Random& random, const isa::Transfer& transfer, const std::array<std::int64_t, 3>& strides,
                           std::size_t i) {
  if (i == 0) return pick(random, 0, 2) != 0 ? 1 : pick(random, -3, 20);
  switch (pick(random, 0, 3)) {
    case 0:
      return strides[i - 1] * transfer.extents[i - 1];
    case 1:
      return 1;
    case 2:
      return strides[i - 1] * transfer.extents[i - 1] + pick(random, 0, 5);
    default:
      return pick(random, -40, 40);
  }
}

isa::Transfer random_transfer(Random& random) {
  isa::Transfer transfer;
  for (std::size_t i = 0; i < 3; ++i)
    transfer.extents[i] = static_cast<std::uint32_t>(std::max(1, pick(random, -2, 9)));
  for (std::size_t i = 0; i < 3; ++i) {
    transfer.memory_strides[i] = random_stride(random, transfer, transfer.memory_strides, i);
    transfer.buffer_strides[i] = random_stride(random, transfer, transfer.buffer_strides, i);
  }
  transfer.memory_address = 20000;
  transfer.buffer_address = 20001;
  return transfer;
}

// Elements that fall on the same byte: the last one in the order of elements stays, as in for_each_element.
RC_GTEST_PROP(TransferKernel, MovesTheBox, (std::uint64_t seed)) {
  Random random(seed);
  const Bytes memory = random_bytes(random, 40003), buffer = random_bytes(random, 40003);
  for (int i = 0; i < 20; ++i) {
    const isa::Transfer transfer = random_transfer(random);
    Bytes expected_memory = memory, expected_buffer = buffer, stored = memory, loaded = buffer;
    for_each_element(transfer, [&](std::size_t m, std::size_t b) {
      expected_memory[m] = buffer[b];
      expected_buffer[b] = memory[m];
    });
    kernels::run_load(transfer, memory.data(), loaded.data());
    kernels::run_store(transfer, stored.data(), buffer.data());
    RC_ASSERT(loaded == expected_buffer);
    RC_ASSERT(stored == expected_memory);
  }
}

// Three planes of 62 x 122 pixels to words of 16 bytes, and back.
TEST(TransferKernel, ConvertsPlanesToWords) {
  isa::Transfer transfer;
  transfer.extents = {7564, 3, 1};
  transfer.memory_strides = {1, 7564, 0};
  transfer.buffer_strides = {16, 1, 0};
  transfer.memory_address = 5;
  transfer.buffer_address = 32;
  Bytes memory(5 + 3 * 7564), buffer(32 + 16 * 7564, 0xEE);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::uint8_t>(i * 7 % 251);
  kernels::run_load(transfer, memory.data(), buffer.data());
  for (std::size_t p = 0; p < 7564; ++p) {
    for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(buffer[32 + 16 * p + c], memory[5 + 7564 * c + p]);
    ASSERT_EQ(buffer[32 + 16 * p + 3], 0xEE);
  }
  Bytes back(memory.size());
  std::copy_n(memory.begin(), 5, back.begin());
  kernels::run_store(transfer, back.data(), buffer.data());
  EXPECT_EQ(back, memory);
}

}  // namespace
}  // namespace intloom::test
