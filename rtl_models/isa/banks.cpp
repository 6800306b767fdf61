#include "rtl_models/isa/banks.h"

#include <algorithm>

#include "rtl_models/isa/buffer_layout.h"

namespace intloom::isa {

namespace {

Space space_of(Buffer buffer) { return static_cast<Space>(buffer); }

// Byte range of the box below outermost index `i2`: strides may be negative.
Access box_range(Space space, std::uint64_t base, const std::array<std::int64_t, 3>& strides,
                 const std::array<std::uint32_t, 3>& extents, std::uint32_t first2, std::uint32_t last2, bool write) {
  std::int64_t lowest = 0, highest = 0;
  const auto span = [&](std::int64_t stride, std::int64_t first, std::int64_t last) {
    lowest += std::min(stride * first, stride * last);
    highest += std::max(stride * first, stride * last);
  };
  span(strides[0], 0, std::int64_t{extents[0]} - 1);
  span(strides[1], 0, std::int64_t{extents[1]} - 1);
  span(strides[2], first2, last2);
  const auto start = static_cast<std::int64_t>(base);
  return {space, static_cast<std::uint64_t>(start + lowest), static_cast<std::uint64_t>(start + highest + 1), write};
}

// One range an outermost index, unless there are so many that one hull serves better.
void add_box(std::vector<Access>& list, Space space, std::uint64_t base, const std::array<std::int64_t, 3>& strides,
             const std::array<std::uint32_t, 3>& extents, bool write) {
  constexpr std::uint32_t kMostRanges = 128;
  if (extents[2] > kMostRanges) {
    list.push_back(box_range(space, base, strides, extents, 0, extents[2] - 1, write));
    return;
  }
  for (std::uint32_t i = 0; i < extents[2]; ++i) list.push_back(box_range(space, base, strides, extents, i, i, write));
}

void add_transfer(std::vector<Access>& list, const Transfer& transfer, bool is_load) {
  add_box(list, Space::memory, transfer.memory_address, transfer.memory_strides, transfer.extents, !is_load);
  add_box(list, space_of(transfer.buffer), transfer.buffer_address, transfer.buffer_strides, transfer.extents, is_load);
}

void add_map(std::vector<Access>& list, const MapRegion& map, std::uint32_t blocks, std::uint32_t word, bool write) {
  const std::uint64_t plane =
      std::uint64_t{map.height - 1} * map.row_pitch + std::uint64_t{map.width - 1} * map.pixel_pitch + word;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    const std::uint64_t begin = map.address + std::uint64_t{block} * map.block_pitch;
    list.push_back({Space::activations, begin, begin + plane, write});
  }
}

std::uint64_t weight_bytes(const Exec& exec, const MachineDescription& machine) {
  const auto taps = static_cast<std::uint64_t>(exec.window.kernel_h) * static_cast<std::uint64_t>(exec.window.kernel_w);
  const std::uint64_t groups =
      ceil_div(exec.output_channels, static_cast<std::uint32_t>(group_channels(exec, machine)));
  const std::uint64_t words = exec.depthwise ? groups * taps : groups * taps * exec.channels;
  return words * word_bytes(machine, Buffer::weights);
}

void add_exec(std::vector<Access>& list, const Exec& exec, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  add_map(list, exec.x, ceil_div(exec.channels, rows), rows, false);
  list.push_back({Space::weights, exec.weight_address, exec.weight_address + weight_bytes(exec, machine), false});
  list.push_back({Space::accumulator, exec.acc_bank, std::uint64_t{exec.acc_bank} + 1, true});
}

std::uint64_t parameter_bytes(const Requant& requant) {
  return requant.per_channel ? std::uint64_t{requant.channels} * kParameterRecordBytes
                             : kParameterRecordBytes + std::uint64_t{requant.channels} * 4;
}

void add_requant(std::vector<Access>& list, const Requant& requant, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  list.push_back({Space::accumulator, requant.acc_bank, std::uint64_t{requant.acc_bank} + 1, false});
  list.push_back(
      {Space::parameters, requant.parameter_address, requant.parameter_address + parameter_bytes(requant), false});
  add_map(list, requant.out, ceil_div(requant.channels, rows), rows, true);
}

bool has_second_operand(VectorOp op) { return op == VectorOp::add || op == VectorOp::multiply; }

void add_vector(std::vector<Access>& list, const Vector& vector, const MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const std::uint32_t blocks = ceil_div(vector.channels, rows);
  add_map(list, vector.a, blocks, rows, false);
  if (has_second_operand(vector.op)) add_map(list, vector.b, blocks, rows, false);
  list.push_back({Space::parameters, vector.parameter_address,
                  vector.parameter_address + std::uint64_t{vector.parameter_records} * kParameterRecordBytes, false});
  add_map(list, vector.out, ceil_div(vector.channels + vector.out_lane, rows), rows, true);
}

int first_bank_bit(Space space, const MachineDescription& machine) {
  if (space == Space::activations) return 0;
  if (space == Space::weights) return machine.scratchpad.banks;
  return machine.scratchpad.banks + machine.weight_buffer.banks;
}

}  // namespace

std::vector<Access> accesses(const Command& command, const MachineDescription& machine) {
  std::vector<Access> list;
  if (const auto* transfer = std::get_if<Transfer>(&command.body))
    add_transfer(list, *transfer, command.unit == Unit::load);
  if (const auto* exec = std::get_if<Exec>(&command.body)) add_exec(list, *exec, machine);
  if (const auto* requant = std::get_if<Requant>(&command.body)) add_requant(list, *requant, machine);
  if (const auto* vector = std::get_if<Vector>(&command.body)) add_vector(list, *vector, machine);
  return list;
}

BankMask banks_held(const Command& command, const MachineDescription& machine) {
  BankMask mask = 0;
  for (const Access& access : accesses(command, machine)) {
    if (access.space == Space::accumulator || access.space == Space::memory) continue;
    const std::uint64_t bank_bytes = usable_bank_bytes(machine, static_cast<Buffer>(access.space));
    const int first_bit = first_bank_bit(access.space, machine);
    for (std::uint64_t bank = access.begin / bank_bytes; bank <= (access.end - 1) / bank_bytes; ++bank)
      mask |= BankMask{1} << (static_cast<unsigned>(first_bit) + bank);
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

}  // namespace intloom::isa
