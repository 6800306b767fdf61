#include "rtl_models/isa/banks.h"

#include <algorithm>

#include "rtl_models/isa/access_strips.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/vector_operation.h"

namespace intloom::isa {

namespace {

Space space_of(Buffer buffer) { return static_cast<Space>(buffer); }

// One range an outermost index, unless there are so many that one hull serves better. Strides may be negative.
void add_box(AccessStrips& list, Space space, std::uint64_t base, const std::array<std::int64_t, 3>& strides,
             const std::array<std::uint32_t, 3>& extents, bool write) {
  constexpr std::uint32_t kMostRanges = 128;
  std::int64_t lowest = 0, highest = 0;
  const auto span = [&](std::size_t dimension) {
    const std::int64_t way = strides[dimension] * (std::int64_t{extents[dimension]} - 1);
    (way < 0 ? lowest : highest) += way;
  };
  span(0);
  span(1);
  const bool one_hull = extents[2] > kMostRanges;
  if (one_hull) span(2);
  list.add({space, base + static_cast<std::uint64_t>(lowest), static_cast<std::uint64_t>(highest - lowest + 1),
            one_hull ? 0 : strides[2], one_hull ? 1 : extents[2], write});
}

void add_transfer(AccessStrips& list, const Transfer& transfer, bool is_load) {
  add_box(list, Space::memory, transfer.memory_address, transfer.memory_strides, transfer.extents, !is_load);
  add_box(list, space_of(transfer.buffer), transfer.buffer_address, transfer.buffer_strides, transfer.extents, is_load);
}

void add_map(AccessStrips& list, const MapRegion& map, std::uint32_t blocks, std::uint32_t word, bool write) {
  const std::uint64_t plane =
      std::uint64_t{map.height - 1} * map.row_pitch + std::uint64_t{map.width - 1} * map.pixel_pitch + word;
  list.add({Space::activations, map.address, plane, map.block_pitch, blocks, write});
}

void add_range(AccessStrips& list, Space space, std::uint64_t begin, std::uint64_t length, bool write) {
  list.add({space, begin, length, 0, 1, write});
}

std::uint64_t weight_bytes(const Exec& exec, const MachineDescription& machine) {
  const auto taps = static_cast<std::uint64_t>(exec.window.kernel_h) * static_cast<std::uint64_t>(exec.window.kernel_w);
  const std::uint64_t groups =
      ceil_div(exec.output_channels, static_cast<std::uint32_t>(group_channels(exec, machine)));
  const std::uint64_t words = exec.depthwise ? groups * taps : groups * taps * exec.channels;
  return words * word_bytes(machine, Buffer::weights);
}

void add_exec(AccessStrips& list, const Exec& exec, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  add_map(list, exec.x, ceil_div(exec.channels, rows), rows, false);
  add_range(list, Space::weights, exec.weight_address, weight_bytes(exec, machine), false);
  add_range(list, Space::accumulator, exec.acc_bank, 1, true);
}

std::uint64_t parameter_bytes(const Requant& requant) {
  return requant.per_channel ? std::uint64_t{requant.channels} * kParameterRecordBytes
                             : kParameterRecordBytes + std::uint64_t{requant.channels} * 4;
}

void add_requant(AccessStrips& list, const Requant& requant, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  add_range(list, Space::accumulator, requant.acc_bank, 1, false);
  add_range(list, Space::parameters, requant.parameter_address, parameter_bytes(requant), false);
  add_map(list, requant.out, ceil_div(requant.channels, rows), rows, true);
}

void add_vector(AccessStrips& list, const Vector& vector, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  add_map(list, vector.a, blocks_read(vector, rows), rows, false);
  if (has_second_operand(vector.op)) add_map(list, vector.b, blocks_read(vector, rows), rows, false);
  add_range(list, Space::parameters, vector.parameter_address,
            std::uint64_t{vector.parameter_records} * kParameterRecordBytes, false);
  add_map(list, vector.out, blocks_written(vector, rows), rows, true);
}

int first_bank_bit(Space space, const MachineDescription& machine) {
  if (space == Space::activations) return 0;
  if (space == Space::weights) return machine.scratchpad.banks;
  return machine.scratchpad.banks + machine.weight_buffer.banks;
}

// Banks first..last of a buffer.
BankMask bank_range(std::uint64_t first, std::uint64_t last) {
  return ((BankMask{2} << last) - 1) & ~((BankMask{1} << first) - 1);
}

BankMask banks_of(const AccessStrip& strip, std::uint64_t bank_bytes) {
  const StripHull hull = hull_of(strip);
  const std::uint64_t distance = static_cast<std::uint64_t>(strip.pitch < 0 ? -strip.pitch : strip.pitch);
  // No bank fits between two ranges: those of the hull are all touched.
  if (hull.small && (strip.count == 1 || distance < strip.length + bank_bytes))
    return bank_range(static_cast<std::uint64_t>(hull.begin) / bank_bytes,
                      static_cast<std::uint64_t>(hull.end - 1) / bank_bytes);
  BankMask mask = 0;
  for (std::uint32_t i = 0; i < strip.count; ++i) {
    const Access access = strip.access(i);
    mask |= bank_range(access.begin / bank_bytes, (access.end - 1) / bank_bytes);
  }
  return mask;
}

}  // namespace

AccessStrips access_strips(const Command& command, const MachineDescription& machine) {
  AccessStrips list;
  if (const auto* transfer = std::get_if<Transfer>(&command.body))
    add_transfer(list, *transfer, command.unit == Unit::load);
  if (const auto* exec = std::get_if<Exec>(&command.body)) add_exec(list, *exec, machine);
  if (const auto* requant = std::get_if<Requant>(&command.body)) add_requant(list, *requant, machine);
  if (const auto* vector = std::get_if<Vector>(&command.body)) add_vector(list, *vector, machine);
  return list;
}

std::vector<Access> accesses(const Command& command, const MachineDescription& machine) {
  std::vector<Access> list;
  for (const AccessStrip& strip : access_strips(command, machine))
    for (std::uint32_t i = 0; i < strip.count; ++i) list.push_back(strip.access(i));
  return list;
}

BankMask banks_held(const Command& command, const MachineDescription& machine) {
  BankMask mask = 0;
  for (const AccessStrip& strip : access_strips(command, machine)) {
    if (strip.space == Space::accumulator || strip.space == Space::memory) continue;
    mask |= banks_of(strip, usable_bank_bytes(machine, static_cast<Buffer>(strip.space)))
            << static_cast<unsigned>(first_bank_bit(strip.space, machine));
  }
  return mask;
}

int depthwise_group(const MachineDescription& machine) {
  int group = std::min(machine.array.rows, machine.array.cols);
  while (machine.array.rows % group != 0) --group;
  return group;
}

int group_channels(const Exec& exec, const MachineDescription& machine) {
  return exec.depthwise ? depthwise_group(machine) : machine.array.cols;
}

std::int32_t accumulator_bank(const Command& command) {
  if (const auto* exec = std::get_if<Exec>(&command.body)) return static_cast<std::int32_t>(exec->acc_bank);
  if (const auto* requant = std::get_if<Requant>(&command.body)) return static_cast<std::int32_t>(requant->acc_bank);
  return -1;
}

}  // namespace intloom::isa
