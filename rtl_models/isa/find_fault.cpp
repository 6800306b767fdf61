#include <fmt/format.h>

#include "rtl_models/isa/access_strips.h"
#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/vector_operation.h"

namespace intloom::isa {

namespace {

std::uint64_t capacity(Space space, const MachineDescription& machine) {
  switch (space) {
    case Space::accumulator:
      return static_cast<std::uint64_t>(machine.accumulator.banks);
    case Space::memory:
      return static_cast<std::uint64_t>(machine.memory.capacity_bytes);
    default:
      return capacity_bytes(machine, static_cast<Buffer>(space));
  }
}

std::string_view space_name(Space space) {
  switch (space) {
    case Space::accumulator:
      return "accumulator banks";
    case Space::memory:
      return "memory";
    default:
      return buffer_name(static_cast<Buffer>(space));
  }
}

std::string range_fault(const Command& command, const MachineDescription& machine) {
  for (const AccessStrip& strip : access_strips(command, machine)) {
    const std::uint64_t limit = capacity(strip.space, machine);
    const StripHull hull = hull_of(strip);
    if (hull.small && hull.begin >= 0 && static_cast<std::uint64_t>(hull.end) <= limit) continue;
    for (std::uint32_t i = 0; i < strip.count; ++i) {
      const Access access = strip.access(i);
      if (access.begin >= access.end || access.end > limit)
        return fmt::format("{} [{}, {}) is outside of {} (0..{})", access.write ? "write" : "read", access.begin,
                           access.end, space_name(access.space), limit);
    }
  }
  return {};
}

std::string map_fault(std::string_view what, const MapRegion& map, std::uint32_t word) {
  if (map.height == 0 || map.width == 0) return fmt::format("{} has no pixels", what);
  if (map.address % word != 0 || map.pixel_pitch % word != 0 || map.row_pitch % word != 0 ||
      map.block_pitch % word != 0)
    return fmt::format("address and pitches of {} must be multiples of the word of {} bytes", what, word);
  return {};
}

std::string window_fault(const Window& window) {
  if (window.kernel_h < 1 || window.kernel_w < 1) return "kernel smaller than 1x1";
  if (window.stride_h < 1 || window.stride_w < 1) return "stride smaller than 1";
  if (window.dilation_h < 1 || window.dilation_w < 1) return "dilation smaller than 1";
  return {};
}

std::string first_of(std::initializer_list<std::string> faults) {
  for (const std::string& fault : faults)
    if (!fault.empty()) return fault;
  return {};
}

std::string accumulator_rows_fault(std::uint64_t acc_row, std::uint64_t rows, const MachineDescription& machine) {
  if (acc_row + rows > static_cast<std::uint64_t>(machine.accumulator.rows_per_bank))
    return fmt::format("accumulator rows {}..{} are outside of a bank of {} rows", acc_row, acc_row + rows - 1,
                       machine.accumulator.rows_per_bank);
  return {};
}

std::string fault_of(const Transfer& transfer, const Command& command, const MachineDescription& /*machine*/) {
  for (const std::uint32_t extent : transfer.extents)
    if (extent == 0) return "an extent is 0";
  if (command.unit == Unit::store && transfer.buffer != Buffer::activations)
    return fmt::format("STORE reads activations only, not {}", buffer_name(transfer.buffer));
  return {};
}

std::string fault_of(const Exec& exec, const Command& /*command*/, const MachineDescription& machine) {
  if (exec.channels == 0 || exec.output_channels == 0 || exec.out_height == 0 || exec.out_width == 0)
    return "EXEC with no channels or no outputs";
  if (exec.depthwise && exec.channels != exec.output_channels)
    return fmt::format("depthwise EXEC of {} channels to {}", exec.channels, exec.output_channels);
  const std::uint32_t word = word_bytes(machine, Buffer::activations);
  const auto group = static_cast<std::uint32_t>(group_channels(exec, machine));
  const std::uint64_t rows = std::uint64_t{ceil_div(exec.output_channels, group)} * exec.out_height * exec.out_width;
  const bool aligned = exec.weight_address % word_bytes(machine, Buffer::weights) == 0;
  return first_of({map_fault("x", exec.x, word), window_fault(exec.window),
                   accumulator_rows_fault(exec.acc_row, rows, machine),
                   aligned ? "" : "weight address is not a multiple of the word"});
}

std::string fault_of(const Requant& requant, const Command& /*command*/, const MachineDescription& machine) {
  if (requant.channels == 0 || requant.group_channels == 0) return "REQUANT with no channels";
  if (requant.group_channels > static_cast<std::uint32_t>(machine.array.cols))
    return fmt::format("{} channels in an accumulator row of {}", requant.group_channels, machine.array.cols);
  if (requant.per_channel && !machine.requant.scaling.per_channel)
    return "per-channel REQUANT on a machine with requant.per_channel: false";
  const std::uint64_t rows =
      std::uint64_t{ceil_div(requant.channels, requant.group_channels)} * requant.out.height * requant.out.width;
  const bool aligned = requant.parameter_address % kParameterRecordBytes == 0;
  return first_of({map_fault("out", requant.out, word_bytes(machine, Buffer::activations)),
                   accumulator_rows_fault(requant.acc_row, rows, machine),
                   aligned ? "" : "parameter address is not a multiple of the record"});
}

std::string lanes_fault(const Vector& vector, std::uint32_t word) {
  if (vector.out_lane >= word) return fmt::format("out_lane {} of {} lanes", vector.out_lane, word);
  if (vector.in_lane >= word) return fmt::format("in_lane {} of {} lanes", vector.in_lane, word);
  if (vector.in_lane != 0 && !takes_in_lane(vector.op))
    return fmt::format("in_lane {} of {}, which reads its operands from lane 0 on", vector.in_lane,
                       vector_op_name(vector.op));
  return {};
}

std::string records_fault(const Vector& vector, const MachineDescription& machine) {
  const std::uint32_t needed = records_needed(vector.op, machine.vector.scaling);
  if (vector.parameter_records >= needed) return {};
  return fmt::format("{} takes {} parameter records, it has {}", vector_op_name(vector.op), needed,
                     vector.parameter_records);
}

// Operations without a window walk the output's pixels in their operands.
std::string extents_fault(const Vector& vector) {
  const auto differs = [&](const MapRegion& map) {
    return map.height != vector.out.height || map.width != vector.out.width;
  };
  if (is_pool(vector.op)) return {};
  if (differs(vector.a) || (has_second_operand(vector.op) && differs(vector.b)))
    return fmt::format("{} of {}x{} pixels has an operand of another size", vector_op_name(vector.op),
                       vector.out.height, vector.out.width);
  return {};
}

std::string fault_of(const Vector& vector, const Command& /*command*/, const MachineDescription& machine) {
  if (vector.channels == 0) return "VECTOR with no channels";
  if (vector.channels >= 1U << 31) return "VECTOR with 2^31 channels or more";
  const std::uint32_t word = word_bytes(machine, Buffer::activations);
  const bool aligned = vector.parameter_address % kParameterRecordBytes == 0;
  return first_of({map_fault("a", vector.a, word), map_fault("out", vector.out, word), window_fault(vector.window),
                   has_second_operand(vector.op) ? map_fault("b", vector.b, word) : "", lanes_fault(vector, word),
                   extents_fault(vector), records_fault(vector, machine),
                   aligned ? "" : "parameter address is not a multiple of the record"});
}

std::string fault_of(const End& /*end*/, const Command& /*command*/, const MachineDescription& /*machine*/) {
  return {};
}

bool body_fits_unit(const Command& command) {
  switch (command.unit) {
    case Unit::load:
    case Unit::store:
      return std::holds_alternative<Transfer>(command.body);
    case Unit::exec:
      return std::holds_alternative<Exec>(command.body);
    case Unit::requant:
      return std::holds_alternative<Requant>(command.body);
    case Unit::vector:
      return std::holds_alternative<Vector>(command.body);
  }
  return false;
}

}  // namespace

std::string find_fault(const Command& command, const MachineDescription& machine) {
  if (std::holds_alternative<End>(command.body)) return {};
  if (!body_fits_unit(command)) return fmt::format("unit {} cannot run this command", unit_name(command.unit));
  if (((command.waits | command.signals) & unit_bit(command.unit)) != 0) return "a token from a unit to itself";
  const std::string fault =
      std::visit([&](const auto& body) { return fault_of(body, command, machine); }, command.body);
  return fault.empty() ? range_fault(command, machine) : fault;
}

}  // namespace intloom::isa
