// One program on machines that differ in nothing but speed: with the simple memory, more bandwidth, more bursts in
// flight, more lanes or deeper queues never cost a cycle, and never change an integer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "runtime/compile/compile.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

struct Speed {
  std::string name;
  std::vector<int> values;  // ascending
  std::function<void(isa::MachineDescription&, int)> set;
};

void PrintTo(const Speed& speed, std::ostream* stream) { *stream << speed.name; }

class MoreSpeed : public testing::TestWithParam<std::tuple<Speed, std::string>> {};

// The base machine is the one compiled for; the program fits all others as buffers and array are the same.
TEST_P(MoreSpeed, NeverCostsACycle) {
  const auto& [speed, base] = GetParam();
  const sim::Workload workload = digits();
  const isa::MachineDescription compiled_for = machine_for(base, workload);
  const compile::Program program = compile::compile(workload.network, compiled_for);
  sim::InputData input = digits_images(workload);
  for (auto& [name, data] : input.tensors) data = inferences_of(data, 0, 1);
  input.inferences = 1;
  sim::RunOptions options;
  options.checks = sim::Checks::integer;
  options.fidelity = sim::Fidelity::cycle;
  std::int64_t before = -1, first = -1;
  for (const int value : speed.values) {
    isa::MachineDescription machine = compiled_for;
    speed.set(machine, value);
    const sim::RunResult result = sim::run(workload, program, machine, input, options);
    EXPECT_EQ(result.integer_check->total.differences, 0) << value;
    if (before >= 0) {
      EXPECT_LE(result.cycles, before) << "from the value before to " << value;
    }
    before = result.cycles;
    if (first < 0) first = before;
  }
  fmt::print("{} on {}: {} to {} cycles\n", speed.name, base, first, before);
  EXPECT_LE(before, first);
}

std::vector<Speed> speeds() {
  const std::vector<int> depths{1, 2, 3, 4, 6, 8, 16};
  return {
      {"memory_bytes_per_cycle",
       {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64},
       [](auto& machine, int value) { machine.memory.bytes_per_cycle = value; }},
      {"dma_bytes_per_cycle",
       {1, 2, 3, 4, 8, 12, 16, 32, 64},
       [](auto& machine, int value) { machine.dma.bytes_per_cycle = value; }},
      {"dma_outstanding_bursts",
       {1, 2, 3, 4, 6, 8, 16, 32},
       [](auto& machine, int value) { machine.dma.outstanding_bursts = value; }},
      {"requant_lanes",
       {1, 2, 3, 4, 5, 8, 12, 16, 32},
       [](auto& machine, int value) { machine.requant.lanes = value; }},
      {"vector_lanes", {1, 2, 3, 4, 5, 8, 12, 16, 32}, [](auto& machine, int value) { machine.vector.lanes = value; }},
      {"load_queue_depth", depths, [](auto& machine, int value) { machine.sequencer.load_queue_depth = value; }},
      {"exec_queue_depth", depths, [](auto& machine, int value) { machine.sequencer.exec_queue_depth = value; }},
      {"requant_queue_depth", depths, [](auto& machine, int value) { machine.sequencer.requant_queue_depth = value; }},
      {"vector_queue_depth", depths, [](auto& machine, int value) { machine.sequencer.vector_queue_depth = value; }},
      {"store_queue_depth", depths, [](auto& machine, int value) { machine.sequencer.store_queue_depth = value; }},
  };
}

INSTANTIATE_TEST_SUITE_P(
    Digits, MoreSpeed,
    testing::Combine(testing::ValuesIn(speeds()),
                     testing::Values("edge_16x16", "edge_8x8", "small_buffers", "narrow_bandwidth")),
    [](const auto& parameter) { return std::get<0>(parameter.param).name + "_on_" + std::get<1>(parameter.param); });

}  // namespace
}  // namespace intloom::system_test
