// Banks held and faults of random commands against each range that the command accesses.
#include "rtl_models/isa/banks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/vector_operation.h"

namespace intloom::isa {
namespace {

std::uint32_t number(int least, int most) { return static_cast<std::uint32_t>(*rc::gen::inRange(least, most + 1)); }

MachineDescription small_machine() {
  MachineDescription machine;
  machine.array.rows = machine.array.cols = 4;
  machine.scratchpad = {static_cast<int>(number(1, 40)), *rc::gen::element(64, 100, 1000), 1};
  machine.parameter_buffer = {2, 512, 1};
  machine.memory.capacity_bytes = *rc::gen::element(2000, 1 << 20);
  return machine;
}

MapRegion any_map() {
  MapRegion map;
  map.address = 4 * number(0, 300);
  map.pixel_pitch = 4 * number(0, 3);
  map.row_pitch = 4 * number(0, 20);
  map.block_pitch = 4 * number(0, 200);  // planes that overlap, touch, or leave whole banks between them
  map.height = number(1, 5);
  map.width = number(1, 5);
  return map;
}

Command any_command() {
  Command command;
  if (*rc::gen::arbitrary<bool>()) {
    command.unit = Unit::store;
    Transfer transfer;
    transfer.memory_address = number(0, 3000);
    transfer.buffer_address = number(0, 1500);
    transfer.extents = {number(1, 20), number(1, 6), *rc::gen::element(1U, 4U, 300U)};
    for (auto* strides : {&transfer.memory_strides, &transfer.buffer_strides})
      for (std::int64_t& stride : *strides) stride = *rc::gen::inRange(-40, 200);
    command.body = transfer;
  } else {
    command.unit = Unit::vector;
    Vector vector;
    vector.op = *rc::gen::element(VectorOp::add, VectorOp::maximum, VectorOp::max_pool, VectorOp::lookup);
    if (vector.op == VectorOp::lookup) vector.in_lane = number(0, 3);
    vector.out_lane = number(0, 3);
    vector.a = any_map();
    vector.b = any_map();
    vector.out = any_map();
    if (!is_pool(vector.op)) {  // pixel by pixel
      vector.a.height = vector.b.height = vector.out.height;
      vector.a.width = vector.b.width = vector.out.width;
    }
    vector.channels = number(1, 24);
    vector.parameter_records = records_needed(vector.op, {}) + number(0, 25);
    command.body = vector;
  }
  return command;
}

std::uint64_t limit_of(const Access& access, const MachineDescription& machine) {
  return access.space == Space::memory ? static_cast<std::uint64_t>(machine.memory.capacity_bytes)
                                       : capacity_bytes(machine, static_cast<Buffer>(access.space));
}

RC_GTEST_PROP(Banks, AreThoseOfEveryRangeAndFaultsOfAnyRangeOutside, ()) {
  const MachineDescription machine = small_machine();
  const Command command = any_command();
  bool inside = true;
  for (const Access& access : accesses(command, machine))
    inside = inside && access.begin < access.end && access.end <= limit_of(access, machine);
  RC_ASSERT(find_fault(command, machine).empty() == inside);
  RC_PRE(inside);
  BankMask mask = 0;
  for (const Access& access : accesses(command, machine)) {
    if (access.space == Space::memory) continue;
    const std::uint64_t bank_bytes = usable_bank_bytes(machine, static_cast<Buffer>(access.space));
    const int first = access.space == Space::activations ? 0 : machine.scratchpad.banks + machine.weight_buffer.banks;
    for (std::uint64_t byte = access.begin; byte < access.end; ++byte)
      mask |= BankMask{1} << (static_cast<std::uint64_t>(first) + byte / bank_bytes);
  }
  RC_ASSERT(banks_held(command, machine) == mask);
}

}  // namespace
}  // namespace intloom::isa
