#include "rtl_models/kernels/vector_kernel.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "rtl_models/kernels/byte_function.h"
#include "rtl_models/kernels/copy_words.h"
#include "rtl_models/kernels/map_address.h"
#include "rtl_models/kernels/parts.h"
#include "rtl_models/kernels/pool_row.h"
#include "rtl_models/kernels/vector_arithmetic.h"
#include "rtl_models/kernels/vector_in_order.h"

namespace intloom::kernels {
namespace {

// Pixels whose bytes are gathered, computed and put back at a time: bytes that stay in the first cache.
constexpr std::uint32_t kTilePixels = 512;

bool one_line(const isa::MapRegion& map, std::uint32_t width) { return map.row_pitch == width * map.pixel_pitch; }

// The command with all pixels in one row, where the layouts allow it. Elementwise operations only.
isa::Vector flattened(isa::Vector command) {
  const std::uint32_t width = command.out.width;
  if (isa::is_pool(command.op) || !one_line(command.a, width) || !one_line(command.out, width) ||
      (isa::has_second_operand(command.op) && !one_line(command.b, width)))
    return command;
  command.out.width *= command.out.height;
  command.out.height = 1;
  return command;
}

// A command whose result does not depend on the order of its pixels.
class Unordered {
 public:
  Unordered(const VectorArithmetic& arithmetic, std::uint32_t rows, std::uint8_t* activations)
      : arithmetic_(arithmetic),
        command_(flattened(arithmetic.command())),
        rows_(rows),
        tiles_(isa::is_pool(command_.op) ? 1 : (command_.out.width - 1) / kTilePixels + 1),
        activations_(activations) {
    if (command_.op != isa::VectorOp::average_pool) bytes_.emplace(arithmetic);
  }

  // Units of work: tiles of rows of blocks.
  std::size_t units() const { return std::size_t{isa::blocks_read(command_, rows_)} * command_.out.height * tiles_; }
  std::size_t elements_per_unit() const {
    return std::size_t{std::min(command_.channels, rows_)} * ((command_.out.width - 1) / tiles_ + 1);
  }

  std::int64_t run(std::size_t begin, std::size_t end) const {
    Scratch scratch(arithmetic_, activations_);
    std::int64_t saturations = 0;
    for (std::size_t unit = begin; unit < end; ++unit) {
      const auto tile = static_cast<std::uint32_t>(unit % tiles_), line = static_cast<std::uint32_t>(unit / tiles_);
      const std::uint32_t first = tile * kTilePixels;
      const isa::BlockLanes lanes = isa::block_lanes(command_, line / command_.out.height, rows_);
      const Tile work{
          line / command_.out.height,
          line % command_.out.height,
          first,
          isa::is_pool(command_.op) ? command_.out.width : std::min(kTilePixels, command_.out.width - first),
          lanes.begin,
          lanes.end - lanes.begin};
      saturations += run_tile(work, scratch);
    }
    return saturations;
  }

 private:
  struct Tile {
    std::uint32_t block, y, x, pixels;
    std::uint32_t lane, lanes;  // of the input words
  };
  struct Scratch {
    Scratch(const VectorArithmetic& arithmetic, const std::uint8_t* activations) : pool(arithmetic, activations) {}
    std::vector<std::uint8_t> a, b, out;
    PoolRow pool;
  };

  std::int64_t run_tile(const Tile& tile, Scratch& scratch) const {
    const isa::MapRegion& map = command_.out;
    const bool direct = command_.in_lane == command_.out_lane && map.pixel_pitch == tile.lanes;  // whole words
    if (!direct) scratch.out.resize(std::size_t{tile.pixels} * tile.lanes);
    std::uint8_t* out = direct ? activations_ + pixel_offset(map, tile.block, tile.y, tile.x) : scratch.out.data();
    const std::int64_t saturations = compute(tile, scratch, out);
    if (!direct) put(tile, out);
    return saturations;
  }

  // The tile's bytes, pixel after pixel.
  std::int64_t compute(const Tile& tile, Scratch& scratch, std::uint8_t* out) const {
    const std::size_t count = std::size_t{tile.pixels} * tile.lanes;
    if (command_.op == isa::VectorOp::average_pool) return scratch.pool.average(tile.block, tile.y, tile.lanes, out);
    if (command_.op == isa::VectorOp::max_pool) {
      scratch.pool.maximum(tile.block, tile.y, tile.lanes, out);
      return (*bytes_)(out, out, count, out);
    }
    const std::uint8_t* a = line(command_.a, tile, scratch.a);
    const std::uint8_t* b = isa::has_second_operand(command_.op) ? line(command_.b, tile, scratch.b) : a;
    return (*bytes_)(a, b, count, out);
  }

  const std::uint8_t* line(const isa::MapRegion& map, const Tile& tile, std::vector<std::uint8_t>& gathered) const {
    const std::uint8_t* first = activations_ + pixel_offset(map, tile.block, tile.y, tile.x) + tile.lane;
    if (map.pixel_pitch == tile.lanes) return first;
    gathered.resize(std::size_t{tile.pixels} * tile.lanes);
    copy_words(gathered.data(), tile.lanes, first, map.pixel_pitch, tile.pixels, tile.lanes);
    return gathered.data();
  }

  // Lanes that fall beyond the word go to the next block's.
  void put(const Tile& tile, const std::uint8_t* bytes) const {
    const isa::MapRegion& map = command_.out;
    const std::uint32_t to = tile.block * rows_ + tile.lane - command_.in_lane + command_.out_lane;
    const std::uint32_t block = to / rows_, lane = to % rows_;
    const std::uint32_t here = std::min(tile.lanes, rows_ - lane);
    copy_words(activations_ + pixel_offset(map, block, tile.y, tile.x) + lane, map.pixel_pitch, bytes, tile.lanes,
               tile.pixels, here);
    if (here == tile.lanes) return;
    copy_words(activations_ + pixel_offset(map, block + 1, tile.y, tile.x), map.pixel_pitch, bytes + here, tile.lanes,
               tile.pixels, tile.lanes - here);
  }

  const VectorArithmetic& arithmetic_;
  isa::Vector command_;
  std::uint32_t rows_, tiles_;
  std::uint8_t* activations_;
  std::optional<ByteFunction> bytes_;
};

std::uint64_t end_of(const isa::MapRegion& map, std::uint64_t blocks, std::uint32_t word) {
  return map.address + (blocks - 1) * map.block_pitch + std::uint64_t{map.height - 1} * map.row_pitch +
         std::uint64_t{map.width - 1} * map.pixel_pitch + word;
}

// Elementwise operations read a region of the output's extents.
isa::MapRegion region_read(const isa::Vector& command, isa::MapRegion map) {
  if (isa::is_pool(command.op)) return map;
  map.height = command.out.height;
  map.width = command.out.width;
  return map;
}

bool same_layout(const isa::MapRegion& a, const isa::MapRegion& b) {
  return a.address == b.address && a.pixel_pitch == b.pixel_pitch && a.row_pitch == b.row_pitch &&
         a.block_pitch == b.block_pitch;
}

// Unless the output touches no operand, but for the very bytes that are computed from it, and no byte twice.
bool order_matters(const isa::Vector& command, std::uint32_t word) {
  const std::uint64_t blocks = isa::blocks_read(command, word), out_blocks = isa::blocks_written(command, word);
  if (!words_distinct(command.out, out_blocks, word)) return true;
  const std::uint64_t out_end = end_of(command.out, out_blocks, word);
  const auto conflicts = [&](const isa::MapRegion& map) {
    const isa::MapRegion read = region_read(command, map);
    if (read.address >= out_end || end_of(read, blocks, word) <= command.out.address) return false;
    return isa::is_pool(command.op) || command.in_lane != command.out_lane || !same_layout(map, command.out);
  };
  return conflicts(command.a) || (isa::has_second_operand(command.op) && conflicts(command.b));
}

}  // namespace

std::int64_t run_vector(const isa::Vector& vector, const isa::MachineDescription& machine,
                        const std::uint8_t* parameters, std::uint8_t* activations, ThreadPool& pool) {
  const VectorArithmetic arithmetic(vector, machine.vector.scaling, parameters);
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  if (order_matters(vector, rows)) return run_vector_in_order(arithmetic, machine, activations);
  const Unordered run(arithmetic, rows, activations);
  return sum_of_parts(pool, run.units(), run.elements_per_unit(),
                      [&](std::size_t begin, std::size_t end) { return run.run(begin, end); });
}

}  // namespace intloom::kernels
