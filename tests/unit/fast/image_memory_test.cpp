#include "rtl_models/fast/image_memory.h"

#include <gtest/gtest.h>

#include <numeric>

#include "rtl_models/kernels/transfer_kernel.h"
#include "tests/unit/fast/small_program.h"

namespace intloom::fast {
namespace {

std::shared_ptr<ImageMemory::Bytes> hundred_constants() {
  auto constants = std::make_shared<ImageMemory::Bytes>(100);
  std::iota(constants->begin(), constants->end(), std::uint8_t{0});
  return constants;
}

std::vector<std::uint8_t> read(const ImageMemory& memory, std::uint64_t address, std::size_t count) {
  std::vector<std::uint8_t> bytes(count, 99);
  memory.read(address, bytes.data(), count);
  return bytes;
}

std::vector<std::uint8_t> load(ImageMemory& memory, std::uint64_t address, std::uint32_t count) {
  auto transfer =
      std::get<isa::Transfer>(test::transfer(isa::Unit::load, isa::Buffer::activations, address, 0, count).body);
  memory.admit(transfer, false);
  std::vector<std::uint8_t> buffer(count, 99);
  const std::uint8_t* from = memory.for_load(transfer);
  kernels::run_load(transfer, from, buffer.data());
  return buffer;
}

void store(ImageMemory& memory, std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
  auto transfer = std::get<isa::Transfer>(
      test::transfer(isa::Unit::store, isa::Buffer::activations, address, 0, static_cast<std::uint32_t>(bytes.size()))
          .body);
  memory.admit(transfer, true);
  std::uint8_t* to = memory.for_store(transfer);
  kernels::run_store(transfer, to, bytes.data());
}

using Bytes = std::vector<std::uint8_t>;

TEST(ImageMemory, HoldsConstantsItsOwnBytesAndZerosBehind) {
  ImageMemory memory(hundred_constants(), 104);
  EXPECT_EQ(read(memory, 97, 9), (Bytes{97, 98, 99, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(read(memory, 500, 2), (Bytes{0, 0}));
  store(memory, 101, {5, 6});
  EXPECT_EQ(read(memory, 98, 6), (Bytes{98, 99, 0, 5, 6, 0}));
  EXPECT_EQ(load(memory, 10, 3), (Bytes{10, 11, 12}));
  EXPECT_EQ(load(memory, 100, 4), (Bytes{0, 5, 6, 0}));
  const Bytes more{1, 2, 3};
  memory.write(102, more.data(), more.size());  // beyond the end
  EXPECT_EQ(read(memory, 100, 6), (Bytes{0, 5, 1, 2, 3, 0}));
}

// No compiled program does it.
TEST(ImageMemory, ConstantsThatAreWrittenAreItsOwn) {
  const auto constants = hundred_constants();
  ImageMemory one(constants, 110), other(constants, 110);
  store(one, 98, {7, 8, 9});
  EXPECT_EQ(load(one, 97, 5), (Bytes{97, 7, 8, 9, 0}));
  EXPECT_EQ(load(other, 97, 5), (Bytes{97, 98, 99, 0, 0}));  // over the border
  const Bytes written{1};
  other.write(0, written.data(), 1);
  EXPECT_EQ(load(other, 0, 2), (Bytes{1, 1}));
  EXPECT_EQ((*constants)[0], 0);
  EXPECT_EQ((*constants)[98], 98);
}

}  // namespace
}  // namespace intloom::fast
