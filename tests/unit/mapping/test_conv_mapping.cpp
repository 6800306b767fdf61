#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "runtime/mapping/conv_mapping.h"

namespace intloom {
namespace {

using mapping::ConvShape;

mapping::FreeSpace whole_scratchpad(const isa::MachineDescription& machine) {
  return {{{0, isa::capacity_bytes(machine, isa::Buffer::activations)}},
          isa::usable_bank_bytes(machine, isa::Buffer::activations)};
}

ConvShape shape_of(std::int64_t channels, std::int64_t outputs, std::int64_t size, std::int64_t kernel) {
  ConvShape shape;
  shape.channels = channels;
  shape.output_channels = outputs;
  shape.y = shape.x = {size, size, kernel, 1, 1, kernel / 2};
  return shape;
}

// What the hardware demands of a mapping, said apart from the search.
void expect_fits(const ConvShape& shape, const mapping::ConvMapping& m, const isa::MachineDescription& machine,
                 const mapping::ConvResources& resources) {
  const std::int64_t rows = machine.array.rows;
  const std::int64_t group = shape.depthwise ? isa::depthwise_group(machine) : machine.array.cols;
  EXPECT_EQ(m.tile_n % rows, 0) << "a tile owns whole output blocks";
  EXPECT_LE(mapping::ceil_div(std::min(m.tile_n, shape.output_channels), group) * m.tile_h * m.tile_w,
            machine.accumulator.rows_per_bank);
  std::int64_t all_weights = 0;
  for (std::int64_t n = 0; n < shape.output_channels; n += m.tile_n) {
    const std::int64_t count = std::min(m.tile_n, shape.output_channels - n);
    for (const mapping::KPart& part : mapping::k_parts(shape, m, machine, n, count)) {
      const std::int64_t bytes = mapping::weight_bytes(shape, machine, count, part);
      all_weights += bytes;
      EXPECT_LE(bytes, m.weight_slot_bytes);
      if (m.input_per_part || m.input_resident) continue;
      EXPECT_LE(part.blocks * mapping::widest_span(shape.y, m.tile_h, shape.y.kernel) *
                    mapping::widest_span(shape.x, m.tile_w, shape.x.kernel) * rows,
                m.input_slot_bytes);
    }
  }
  const std::int64_t capacity = isa::capacity_bytes(machine, isa::Buffer::weights);
  EXPECT_LE(m.weights_resident ? all_weights : m.weight_slot_bytes * m.weight_slots, capacity);
  EXPECT_TRUE(mapping::place(resources.scratchpad, mapping::slot_sizes(m)));
}

TEST(ConvMapping, RandomLayersFitTheirMachines) {
  std::mt19937 random(2);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    ConvShape shape = shape_of(1 + random() % 70, 1 + random() % 70, 1 + random() % 20, 1 + 2 * (random() % 3));
    if (i % 3 == 0) {
      shape.groups = shape.output_channels = shape.channels;
      shape.depthwise = shape.channels > 1;
    }
    isa::MachineDescription machine;
    machine.array.rows = 4 << random() % 3;
    machine.array.cols = 4 << random() % 3;
    machine.accumulator.rows_per_bank = 16 << random() % 5;
    machine.scratchpad = {static_cast<int>(2 + random() % 8), 256 << random() % 5, 1};
    machine.weight_buffer = {static_cast<int>(1 + random() % 4), 256 << random() % 5, 1};
    mapping::ConvResources resources{whole_scratchpad(machine), random() % 2 == 0, random() % 2 == 0};
    const mapping::ConvChoice choice = mapping::map_conv(shape, machine, resources);
    if (!choice.found) continue;
    ++found;
    SCOPED_TRACE(choice.best.describe());
    expect_fits(shape, choice.best, machine, resources);
    EXPECT_TRUE(!choice.has_runner_up || choice.best.cycles <= choice.runner_up.cycles);
  }
  EXPECT_GT(found, 200);
}

TEST(ConvMapping, PartNeedsAreThoseOfThePartsThemselves) {
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    const std::int64_t groups = i % 3 == 0 ? 1 + random() % 4 : 1;
    ConvShape shape = shape_of(groups * (1 + random() % 30), groups * (1 + random() % 30), 9, 1 + random() % 5);
    shape.groups = groups;
    isa::MachineDescription machine;
    machine.array.rows = 4 << random() % 3;
    machine.array.cols = 4 << random() % 3;
    mapping::ConvMapping cut;
    cut.tile_k = 1 + random() % 4;
    cut.tile_kh = 1 + random() % static_cast<unsigned>(shape.y.kernel);
    cut.tile_kw = 1 + random() % static_cast<unsigned>(shape.x.kernel);
    const std::int64_t n = random() % static_cast<unsigned>(shape.output_channels);
    const std::int64_t count = 1 + random() % static_cast<unsigned>(shape.output_channels - n);
    const mapping::PartNeeds needs = mapping::part_needs(shape, cut, machine, n, count);
    std::int64_t parts = 0, most_blocks = 0, most_bytes = 0, bytes = 0;
    for (const mapping::KPart& part : mapping::k_parts(shape, cut, machine, n, count)) {
      const std::int64_t of_part = mapping::weight_bytes(shape, machine, count, part);
      ++parts;
      most_blocks = std::max(most_blocks, part.blocks);
      most_bytes = std::max(most_bytes, of_part);
      bytes += of_part;
    }
    EXPECT_EQ(needs.parts, parts);
    EXPECT_EQ(needs.most_blocks, most_blocks);
    EXPECT_EQ(needs.most_weight_bytes, most_bytes);
    EXPECT_EQ(needs.weight_bytes, bytes);
    EXPECT_EQ(needs.blocks, mapping::input_blocks(shape, machine, n, count).count);
  }
}

// Weights that may come while the layers before compute cost nothing, if there is space for them.
TEST(ConvMapping, WeightsLoadedEarlyAreNotWaitedFor) {
  const isa::MachineDescription machine;
  const ConvShape shape = shape_of(16, 32, 4, 3);  // a layer so small that its loads take longer than the array
  mapping::ConvResources resources{whole_scratchpad(machine), true, true};
  const mapping::ConvChoice late = mapping::map_conv(shape, machine, resources);
  resources.idle_load_cycles = 4096;
  resources.free_weight_bytes = 0;
  EXPECT_EQ(mapping::map_conv(shape, machine, resources).best.cycles, late.best.cycles) << "no space beside others";
  resources.free_weight_bytes = isa::capacity_bytes(machine, isa::Buffer::weights);
  const mapping::ConvChoice early = mapping::map_conv(shape, machine, resources);
  EXPECT_LT(early.best.cycles, late.best.cycles / 2);
  EXPECT_GT(early.best.cycles, 2.0 * 9 * 16) << "two channel tiles of 16 pixels and nine taps";
  EXPECT_EQ(early.best.tile_h, 4) << "nothing is gained by smaller tiles";
}

// A bank is loaded whole before a tile of it is read: in large banks weights that would fit pass through slots instead.
TEST(ConvMapping, LargerWeightBanksAreNotWaitedFor) {
  isa::MachineDescription machine;
  machine.weight_buffer = {4, 32768, 1};
  const ConvShape shape = shape_of(512, 512, 7, 1);  // 256 KiB of weights, 49 pixels
  const mapping::ConvChoice small = mapping::map_conv(shape, machine, {whole_scratchpad(machine), true, true});
  machine.weight_buffer.bank_bytes = 1 << 20;
  const mapping::ConvChoice large = mapping::map_conv(shape, machine, {whole_scratchpad(machine), true, true});
  EXPECT_FALSE(small.best.weights_resident);
  EXPECT_FALSE(large.best.weights_resident) << large.best.describe();
  EXPECT_LE(large.best.cycles, small.best.cycles * 1.005);
}

TEST(ConvMapping, NeverFasterThanTheArray) {
  const isa::MachineDescription machine;
  const ConvShape shape = shape_of(64, 64, 28, 3);
  const mapping::ConvChoice choice = mapping::map_conv(shape, machine, {whole_scratchpad(machine), false, false});
  ASSERT_TRUE(choice.found);
  const double ideal = 64.0 * 64 * 9 * 28 * 28 / 256;
  EXPECT_GT(choice.best.cycles, ideal);
  EXPECT_LT(choice.best.cycles, ideal * 1.25) << choice.best.describe();
}

TEST(ConvMapping, EverythingResidentWhereThereIsRoomAndTimeToLoadIt) {
  const isa::MachineDescription machine;
  const mapping::ConvChoice choice = mapping::map_conv(
      shape_of(32, 32, 14, 3), machine,
      {whole_scratchpad(machine), true, true, 1e6, isa::capacity_bytes(machine, isa::Buffer::weights)});
  ASSERT_TRUE(choice.found);
  EXPECT_TRUE(choice.best.weights_resident);
  EXPECT_TRUE(choice.best.parameters_resident);
  EXPECT_EQ(choice.best.input_slots, 0);
  EXPECT_EQ(choice.best.output_slots, 0);
  EXPECT_EQ(choice.best.parts, 1);
}

TEST(ConvMapping, WeightsTooLargeStayForAllPixels) {
  // 2 MB of weights and many pixels: the weights of a channel tile should be loaded once, not for each pixel tile.
  isa::MachineDescription machine;
  machine.scratchpad = {64, 65536, 1};
  machine.array.rows = machine.array.cols = 64;
  machine.weight_buffer = {4, 262144, 1};
  machine.dma.outstanding_bursts = 2;
  const mapping::ConvChoice choice =
      mapping::map_conv(shape_of(512, 512, 64, 3), machine, {whole_scratchpad(machine), true, false});
  ASSERT_TRUE(choice.found);
  EXPECT_FALSE(choice.best.weights_resident);
  EXPECT_TRUE(choice.best.channel_outer) << choice.best.describe();
}

TEST(ConvMapping, PartsAreInTheOrderOfTheSums) {
  isa::MachineDescription machine;
  machine.array.rows = 4;
  const ConvShape shape = shape_of(10, 4, 5, 3);
  mapping::ConvMapping cut;
  cut.tile_n = 4;
  cut.tile_k = 2;
  cut.tile_kh = cut.tile_kw = 3;
  std::vector<mapping::KPart> parts = mapping::k_parts(shape, cut, machine, 0, 4);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].channels, 8);
  EXPECT_EQ(parts[1].block, 2);
  EXPECT_EQ(parts[1].channels, 2);
  cut.tile_k = 1;
  cut.tile_kh = 1;
  cut.tile_kw = 2;
  parts = mapping::k_parts(shape, cut, machine, 0, 4);
  ASSERT_EQ(parts.size(), 3U * 3U * 2U);
  for (std::size_t i = 1; i < parts.size(); ++i)
    EXPECT_LT(std::tie(parts[i - 1].block, parts[i - 1].ky, parts[i - 1].kx),
              std::tie(parts[i].block, parts[i].ky, parts[i].kx));
}

TEST(ConvMapping, GroupsReadTheBlocksOfTheirChannels) {
  isa::MachineDescription machine;
  machine.array.rows = 4;
  ConvShape shape = shape_of(24, 12, 3, 1);
  shape.groups = 4;  // 6 inputs, 3 outputs each
  const mapping::BlockRange range = mapping::input_blocks(shape, machine, 4, 4);
  EXPECT_EQ(range.begin, 1);  // outputs 4..7 are of groups 1 and 2: inputs 6..17, blocks 1..4
  EXPECT_EQ(range.count, 4);
}

TEST(ConvMapping, SaysWhatDoesNotFit) {
  isa::MachineDescription machine;
  EXPECT_EQ(mapping::conv_misfit(shape_of(16, 16, 8, 3), machine), "");
  machine.parameter_buffer = {1, 24, 1};
  EXPECT_EQ(mapping::conv_misfit(shape_of(16, 16, 8, 3), machine),
            "parameter_buffer.bank_bytes is 24, 84 would do (parameters of 16 channels)");
  machine.array.cols = 4;
  machine.accumulator.rows_per_bank = 3;
  EXPECT_EQ(mapping::conv_misfit(shape_of(16, 16, 8, 3), machine),
            "accumulator.rows_per_bank is 3, 4 would do (one pixel of 16 channels)");
}

}  // namespace
}  // namespace intloom
