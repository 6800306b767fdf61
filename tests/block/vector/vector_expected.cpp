#include "tests/block/vector/vector_expected.h"

#include <algorithm>
#include <cmath>

#include "tests/unit/arith/exact_rounding.h"

namespace intloom::test {
namespace {

using isa::VectorOp;

bool pools(const isa::Vector& command) {
  return command.op == VectorOp::max_pool || command.op == VectorOp::average_pool;
}

int value_at(const std::vector<std::uint8_t>& memory, std::uint32_t address, bool is_signed) {
  return is_signed ? static_cast<std::int8_t>(memory[address]) : memory[address];
}

std::uint32_t address_of(const isa::MapRegion& map, std::uint32_t c, std::int64_t y, std::int64_t x,
                         std::uint32_t word) {
  return map.address + c / word * map.block_pitch + static_cast<std::uint32_t>(y) * map.row_pitch +
         static_cast<std::uint32_t>(x) * map.pixel_pitch + c % word;
}

struct Pooled {
  std::int64_t sum = 0;  // of a - za over the taps inside
  int maximum = 0, counted = 0;
};

Pooled pool(const isa::Vector& command, const std::vector<std::uint8_t>& memory, std::uint32_t c, std::uint32_t oy,
            std::uint32_t ox, std::uint32_t word) {
  Pooled pooled;
  pooled.maximum = command.a.is_signed ? -128 : 0;
  const isa::Window& w = command.window;
  for (int tap = 0; tap < w.kernel_h * w.kernel_w; ++tap) {
    const std::int64_t y = std::int64_t{oy} * w.stride_h + tap / w.kernel_w * w.dilation_h - w.pad_top;
    const std::int64_t x = std::int64_t{ox} * w.stride_w + tap % w.kernel_w * w.dilation_w - w.pad_left;
    const bool inside = y >= 0 && x >= 0 && y < command.a.height && x < command.a.width;
    if (inside || command.count_padding) ++pooled.counted;
    if (!inside) continue;
    const int value = value_at(memory, address_of(command.a, c, y, x, word), command.a.is_signed);
    pooled.sum += value - command.za;
    pooled.maximum = std::max(pooled.maximum, value);
  }
  return pooled;
}

Wide nearest(float value) { return static_cast<Wide>(std::nearbyint(static_cast<long double>(value))); }

// R(x * M), the zero point not added.
Wide scaled(std::int64_t x, const isa::ParameterRecord& record, const isa::ScalingDescription& scaling) {
  if (scaling.multiplier == isa::Multiplier::fixed)
    return exact_requantize(x, record.m0, record.n, scaling.rounding, scaling.multiplier_bits);
  volatile float product = static_cast<float>(x) * record.multiplier_as_float();
  return nearest(product);
}

Wide added(const isa::Vector& command, const VectorRecords& records, const isa::ScalingDescription& scaling, int a,
           int b) {
  if (scaling.multiplier == isa::Multiplier::fixed) {
    const std::int64_t of_a = (a - command.za) * std::int64_t{records[0].m0};
    const std::int64_t of_b = (b - command.zb) * std::int64_t{records[1].m0};
    const std::int64_t sum = command.op == VectorOp::add ? of_a + of_b : of_a - of_b;
    return exact_shift(sum, records[0].n, scaling.rounding, scaling.multiplier_bits) + command.zy;
  }
  // fma by long double: a product of 8 and 24 bits and a sum with a float of near size fit its 64 bits.
  const auto inner = static_cast<float>(static_cast<long double>(b) * records[1].multiplier_as_float() +
                                        static_cast<long double>(records[2].multiplier_as_float()));
  return nearest(static_cast<float>(static_cast<long double>(a) * records[0].multiplier_as_float() +
                                    static_cast<long double>(inner)));
}

// With the zero point, before the clamp.
Wide expected_value(const isa::Vector& command, const VectorRecords& records, const isa::ScalingDescription& scaling,
                    const std::vector<std::uint8_t>& memory, std::uint32_t c, std::uint32_t y, std::uint32_t x,
                    std::uint32_t word) {
  if (pools(command)) {
    const Pooled pooled = pool(command, memory, c, y, x, word);
    if (command.op == VectorOp::max_pool) return scaled(pooled.maximum - command.za, records[0], scaling) + command.zy;
    const int last = static_cast<int>(records.size()) - 1;
    return scaled(pooled.sum, records[static_cast<std::size_t>(std::clamp(pooled.counted - 1, 0, last))], scaling) +
           command.zy;
  }
  const int a = value_at(memory, address_of(command.a, c + command.in_lane, y, x, word), command.a.is_signed);
  if (command.op == VectorOp::rescale) return scaled(a - command.za, records[0], scaling) + command.zy;
  const int b = value_at(memory, address_of(command.b, c, y, x, word), command.b.is_signed);
  if (command.op == VectorOp::add || command.op == VectorOp::subtract) return added(command, records, scaling, a, b);
  if (command.op == VectorOp::maximum || command.op == VectorOp::minimum) {
    const Wide of_a = scaled(a - command.za, records[0], scaling), of_b = scaled(b - command.zb, records[1], scaling);
    const bool takes_a = command.op == VectorOp::maximum ? of_a > of_b : of_a < of_b;
    return (takes_a ? of_a : of_b) + command.zy;
  }
  const int product = (a - command.za) * (b - command.zb);
  if (scaling.multiplier == isa::Multiplier::fixed) return scaled(product, records[0], scaling) + command.zy;
  volatile float scaled_product = static_cast<float>(product) * records[0].multiplier_as_float();
  volatile float with_zero_point = scaled_product + static_cast<float>(command.zy);
  return nearest(with_zero_point);
}

}  // namespace

std::vector<std::uint8_t> parameter_bytes(const VectorRecords& records, const VectorTable& table) {
  std::vector<std::uint8_t> bytes(12 * records.size());
  for (std::size_t i = 0; i < records.size(); ++i) isa::write_parameter_record(records[i], bytes.data() + 12 * i);
  std::copy(table.begin(), table.end(), bytes.begin());
  return bytes;
}

std::uint64_t apply_vector(const isa::Vector& command, const VectorRecords& records,
                           const isa::MachineDescription& machine, std::vector<std::uint8_t>& memory,
                           const VectorTable& table) {
  const std::vector<std::uint8_t> before = memory;
  const isa::ScalingDescription& scaling = machine.vector.scaling;
  const auto word = static_cast<std::uint32_t>(machine.array.rows);
  const bool wrap = scaling.out_of_range == isa::OutOfRange::wrap;
  const int bottom = command.out.is_signed ? -128 : 0;
  const int lo = wrap ? bottom : command.lo, hi = wrap ? bottom + 255 : command.hi;
  std::uint64_t saturations = 0;
  for (std::uint32_t c = 0; c < command.channels; ++c) {
    for (std::uint32_t p = 0; p < command.out.height * command.out.width; ++p) {
      const std::uint32_t y = p / command.out.width, x = p % command.out.width;
      std::uint8_t& result = memory[address_of(command.out, c + command.out_lane, y, x, word)];
      if (command.op == VectorOp::lookup) {
        result = table[before[address_of(command.a, c + command.in_lane, y, x, word)]];
        continue;
      }
      const Wide value = expected_value(command, records, scaling, before, c, y, x, word);
      const Wide clamped = value < lo ? lo : value > hi ? hi : value;
      saturations += clamped != value;
      result = static_cast<std::uint8_t>(static_cast<std::uint64_t>(wrap ? value : clamped));
    }
  }
  return saturations;
}

}  // namespace intloom::test
