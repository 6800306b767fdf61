// The counters of fast fidelity against those of the clocked machine: names, order, units, descriptions, values.
//
// When commands start is taken from the clocked machine itself, so this holds the counters alone: what each block
// counts of a command, and what the channels and the memory count of transfers that start when they did.
// INTLOOM_RANDOM_PAIRS and INTLOOM_RANDOM_SEED as in random_networks_test.cpp.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rtl_models/fast/counters.h"
#include "rtl_models/machine/machine.h"
#include "runtime/compile/compile.h"
#include "runtime/reference/integer_reference.h"
#include "tests/system/random_machine.h"
#include "tests/system/two_fidelities.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

// Transfers of one channel follow one another in program order.
fast::Schedule schedule_of(const hw::Machine& machine, const isa::CommandStream& program) {
  fast::Schedule schedule;
  schedule.record = machine.record();
  for (std::size_t i = 0; i < program.size(); ++i) {
    const auto* transfer = std::get_if<isa::Transfer>(&program[i].body);
    if (transfer == nullptr) continue;
    const hw::CommandTimes& times = schedule.record.times[i];
    const bool load = program[i].unit == isa::Unit::load;
    const timing::TransferTiming timing =
        load ? timing::load_timing(*transfer, machine.description(), times.start_cycle, schedule.reads)
             : timing::store_timing(*transfer, machine.description(), times.start_cycle, schedule.writes);
    EXPECT_EQ(timing.end_edge, times.end_cycle) << "command " << i;
    (load ? schedule.loads : schedule.stores).add(times.start_cycle, timing);
  }
  return schedule;
}

// Of one inference on the clocked machine. Values are its own: what overflows and saturates is not looked at here.
void check_counters(const compile::Program& program, const isa::MachineDescription& description,
                    const std::vector<reference::IntegerTensor>& inputs) {
  hw::Machine machine(description);
  machine.load_program(program.commands);
  for (const compile::MemorySegment& segment : program.segments)
    machine.write_memory(segment.address, segment.bytes.data(), segment.bytes.size());
  for (std::size_t i = 0; i < inputs.size(); ++i)
    machine.write_memory(program.inputs[i].address, inputs[i].data(), inputs[i].size());
  machine.run();
  fast::ValueTotals values;
  values.overflows = static_cast<std::int64_t>(machine.core().accumulator.overflows());
  values.requant_saturations = static_cast<std::int64_t>(machine.core().requant.saturations());
  values.vector_saturations = static_cast<std::int64_t>(machine.core().vector.saturations());
  const fast::Schedule schedule = schedule_of(machine, program.commands);
  expect_equal_counters(fast::counters(program.commands, description, schedule, values), machine.counters());
}

// False where the machine cannot run the network.
bool check_pair(unsigned seed) {
  test::Random random(seed);
  const auto pair = random_pair(random, 5);
  if (!pair) return false;
  const auto& [network, machine, program] = *pair;
  SCOPED_TRACE(fmt::format("seed {}, {}", seed, describe(machine)));
  check_counters(program, machine, test::random_inputs(random, network));
  return true;
}

TEST(FastCounters, EqualTheClockedMachinesOnRandomPairs) {
  const unsigned pairs = from_environment("INTLOOM_RANDOM_PAIRS", 200);
  const unsigned first = from_environment("INTLOOM_RANDOM_SEED", 0);
  unsigned ran = 0, seed = first;
  for (; ran < pairs && seed - first < 20 * pairs && !HasFailure(); ++seed) ran += check_pair(seed) ? 1U : 0U;
  if (!HasFailure()) {
    EXPECT_EQ(ran, pairs);
  }
}

TEST(FastCounters, EqualTheClockedMachinesOnEveryMachineFile) {
  const sim::Workload workload = digits();
  const quant::Tensor& tensor = workload.network.tensor(workload.network.inputs.at(0).tensor);
  const reference::IntegerTensor image(static_cast<std::size_t>(graph::element_count(tensor.shape)), 7);
  for (const std::string& name : configured_machines()) {
    SCOPED_TRACE(name);
    const isa::MachineDescription machine =
        machine_for(in_source("configs/machines/" + name + ".yaml").string(), workload);
    check_counters(compile::compile(workload.network, machine), machine, {image});
  }
}

}  // namespace
}  // namespace intloom::system_test
