// What an operation of VECTOR takes: operands, taps, records, lanes, blocks. One place for both fidelities and for the
// faults.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"

namespace intloom::isa {

// Of a window of taps; the others are elementwise.
constexpr bool is_pool(VectorOp op) { return op == VectorOp::max_pool || op == VectorOp::average_pool; }

constexpr bool is_extremum(VectorOp op) { return op == VectorOp::maximum || op == VectorOp::minimum; }

// Two scaled operands under one rounding.
constexpr bool is_sum(VectorOp op) { return op == VectorOp::add || op == VectorOp::subtract; }

constexpr bool has_second_operand(VectorOp op) { return is_sum(op) || op == VectorOp::multiply || is_extremum(op); }

// May read a part of the channels of a: isa::Vector::in_lane.
constexpr bool takes_in_lane(VectorOp op) { return !is_pool(op) && !has_second_operand(op); }

// Least parameter_records.
constexpr std::uint32_t records_needed(VectorOp op, const ScalingDescription& scaling) {
  if (op == VectorOp::lookup) return kTableRecords;
  if (is_sum(op)) return scaling.multiplier == Multiplier::float32 ? 3 : 2;
  return is_extremum(op) ? 2 : 1;
}

// Most channels of a chunk.
constexpr std::uint32_t longest_chunk(VectorOp op, const VectorDescription& unit) {
  return static_cast<std::uint32_t>(op == VectorOp::lookup ? std::min(unit.lanes, unit.table_lanes) : unit.lanes);
}

// Channel blocks, of `rows` lanes each, that are read of each operand and written of the output.
constexpr std::uint32_t blocks_read(const Vector& vector, std::uint32_t rows) {
  return (vector.channels + vector.in_lane - 1) / rows + 1;
}
constexpr std::uint32_t blocks_written(const Vector& vector, std::uint32_t rows) {
  return (vector.channels + vector.out_lane - 1) / rows + 1;
}

// The channels that lie in block `block` of a: lanes [begin, end) of its words.
struct BlockLanes {
  std::uint32_t begin = 0, end = 0;
};
constexpr BlockLanes block_lanes(const Vector& vector, std::uint32_t block, std::uint32_t rows) {
  return {block == 0 ? vector.in_lane : 0, std::min(rows, vector.channels + vector.in_lane - block * rows)};
}

}  // namespace intloom::isa
