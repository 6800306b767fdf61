#include "rtl_models/timing/vector_counts.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/vector_operation.h"
#include "rtl_models/timing/plane_runs.h"

namespace intloom::timing {
namespace {

// V3, V4: only pools have taps; elementwise operations read a word for each output pixel.
WindowAxis rows_of(const isa::Vector& vector) {
  return isa::is_pool(vector.op) ? window_rows(vector.window, vector.a.height, vector.out.height)
                                 : every(vector.out.height);
}

WindowAxis columns_of(const isa::Vector& vector) {
  return isa::is_pool(vector.op) ? window_columns(vector.window, vector.a.width, vector.out.width)
                                 : every(vector.out.width);
}

std::int64_t blocks_of(const isa::Vector& vector, const isa::MachineDescription& machine) {
  return isa::blocks_read(vector, static_cast<std::uint32_t>(machine.array.rows));
}

// V1: chunks end where their word does, on either side.
void count_results(const isa::Vector& vector, const isa::MachineDescription& machine, BankTally& writes) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const std::uint32_t longest = isa::longest_chunk(vector.op, machine.vector);
  PlaneRuns blocks(map_grid(vector.out, 1, every(vector.out.height), every(vector.out.width)), writes);
  for (std::uint32_t channel = 0; channel < vector.channels;) {
    std::int64_t chunks = 0;
    const std::uint32_t room = rows - (channel + vector.out_lane) % rows;
    for (const std::uint32_t end = std::min(channel + room, vector.channels); channel < end;) {
      const std::uint32_t length = std::min(end - channel, rows - (channel + vector.in_lane) % rows);
      chunks += isa::ceil_div(length, longest);
      channel += length;
    }
    blocks.add(chunks);
  }
}

}  // namespace

std::int64_t vector_elements(const isa::Vector& vector) {
  return std::int64_t{vector.channels} * vector.out.height * vector.out.width;
}

std::int64_t vector_lookups(const isa::Vector& vector) {
  return vector.op == isa::VectorOp::lookup ? vector_elements(vector) : 0;
}

std::int64_t vector_operand_words(const isa::Vector& vector, const isa::MachineDescription& machine) {
  return blocks_of(vector, machine) * rows_of(vector).taps_inside() * columns_of(vector).taps_inside() *
         (isa::has_second_operand(vector.op) ? 2 : 1);
}

void count_vector_accesses(const isa::Vector& vector, const isa::MachineDescription& machine,
                           BankTally& activation_reads, BankTally& parameter_reads, BankTally& activation_writes) {
  const std::int64_t blocks = blocks_of(vector, machine);
  count_accesses(map_grid(vector.a, blocks, rows_of(vector), columns_of(vector)), 1, activation_reads);
  if (isa::has_second_operand(vector.op))
    count_accesses(map_grid(vector.b, blocks, rows_of(vector), columns_of(vector)), 1, activation_reads);
  count_words(vector.parameter_address, vector.parameter_records, isa::kParameterRecordBytes, parameter_reads);
  count_results(vector, machine, activation_writes);
}

}  // namespace intloom::timing
