#include "tests/system/two_fidelities.h"

#include <gtest/gtest.h>

#include "rtl_models/isa/banks.h"
#include "rtl_models/record/machine_fault.h"
#include "sim/session/clocked_simulation.h"
#include "sim/session/fast_simulation.h"
#include "sim/session/layer_statistics.h"

namespace intloom::system_test {

namespace {

using reference::IntegerTensor;
using Inference = std::vector<IntegerTensor>;

struct Outcome {
  std::vector<std::vector<IntegerTensor>> tensors;       // by inference
  std::vector<std::vector<hw::CommandEffects>> effects;  // by inference
  std::vector<hw::MachineRecord> records;                // by inference
  std::vector<hw::PathCounter> counters;                 // of the first inference
  std::string fault;
};

Outcome run_all(sim::MachineSimulation& simulation, const std::vector<Inference>& inferences) {
  Outcome outcome;
  try {
    simulation.run_batch(
        static_cast<std::int64_t>(inferences.size()),
        [&](std::int64_t i) { return inferences[static_cast<std::size_t>(i)]; },
        [&](std::int64_t, const Inference&, const Inference& tensors) {
          outcome.tensors.push_back(tensors);
          outcome.effects.push_back(simulation.effects());
          outcome.records.push_back(simulation.record());
          if (outcome.records.size() == 1) outcome.counters = simulation.counters();
        });
  } catch (const hw::MachineFault& fault) {
    outcome.fault = fault.what();
  }
  return outcome;
}

void expect_equal_records(const hw::MachineRecord& fast, const hw::MachineRecord& clocked) {
  EXPECT_EQ(fast.cycles, clocked.cycles);
  ASSERT_EQ(fast.times.size(), clocked.times.size());
  for (std::size_t c = 0; c < fast.times.size(); ++c) {
    ASSERT_EQ(fast.times[c].start_cycle, clocked.times[c].start_cycle) << "start of command " << c;
    ASSERT_EQ(fast.times[c].end_cycle, clocked.times[c].end_cycle) << "end of command " << c;
  }
  for (std::size_t u = 0; u < isa::kUnits; ++u)
    EXPECT_EQ(fast.activity[u].totals(0, clocked.cycles), clocked.activity[u].totals(0, clocked.cycles))
        << "activities of " << isa::unit_name(static_cast<isa::Unit>(u));
}

void expect_equal_layers(const std::vector<sim::LayerResult>& fast, const std::vector<sim::LayerResult>& clocked) {
  ASSERT_EQ(fast.size(), clocked.size());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    SCOPED_TRACE("layer " + clocked[i].name);
    EXPECT_EQ(fast[i].start_cycle, clocked[i].start_cycle);
    EXPECT_EQ(fast[i].end_cycle, clocked[i].end_cycle);
    EXPECT_EQ(fast[i].cycles, clocked[i].cycles);
    EXPECT_EQ(fast[i].stalls, clocked[i].stalls);
    EXPECT_EQ(fast[i].bound_by, clocked[i].bound_by);
    EXPECT_EQ(fast[i].dram_read_bytes, clocked[i].dram_read_bytes);
    EXPECT_EQ(fast[i].dram_write_bytes, clocked[i].dram_write_bytes);
    EXPECT_EQ(fast[i].saturations, clocked[i].saturations);
    EXPECT_EQ(fast[i].overflows, clocked[i].overflows);
  }
}

void expect_equal_values(const quant::Network& network, const Outcome& fast, const Outcome& clocked) {
  ASSERT_EQ(fast.tensors.size(), clocked.tensors.size());
  for (std::size_t i = 0; i < fast.tensors.size(); ++i) {
    SCOPED_TRACE("inference " + std::to_string(i));
    for (std::size_t t = 0; t < fast.tensors[i].size(); ++t)
      EXPECT_TRUE(fast.tensors[i][t] == clocked.tensors[i][t]) << "integers of tensor " << network.tensors[t].name;
    for (std::size_t c = 0; c < fast.effects[i].size(); ++c) {
      ASSERT_EQ(fast.effects[i][c].saturations, clocked.effects[i][c].saturations) << "command " << c;
      ASSERT_EQ(fast.effects[i][c].overflows, clocked.effects[i][c].overflows) << "command " << c;
    }
  }
}

// A LOAD and a STORE of the same bytes of memory at the same time: which burst is first is memory's business, and no
// order of whole commands tells it. Compiled programs have none.
bool races_in_memory(const compile::Program& program, const isa::MachineDescription& machine,
                     const hw::MachineRecord& record) {
  struct Range {
    std::uint64_t begin, end;
    hw::CommandTimes times;
  };
  std::vector<Range> loads, stores;
  for (std::size_t c = 0; c < program.commands.size(); ++c) {
    if (!std::holds_alternative<isa::Transfer>(program.commands[c].body)) continue;
    for (const isa::Access& access : isa::accesses(program.commands[c], machine))
      if (access.space == isa::Space::memory)
        (access.write ? stores : loads).push_back({access.begin, access.end, record.times[c]});
  }
  for (const Range& load : loads)
    for (const Range& store : stores)
      if (load.begin < store.end && store.begin < load.end && load.times.start_cycle <= store.times.end_cycle &&
          store.times.start_cycle <= load.times.end_cycle)
        return true;
  return false;
}

std::set<std::string> causes_of(const hw::MachineRecord& record, const std::vector<sim::LayerResult>& layers) {
  std::set<std::string> causes;
  for (const sim::UnitStatistics& unit : sim::unit_statistics(record))
    for (const auto& [cause, cycles] : unit.stalls) causes.insert(cause);
  for (const sim::LayerResult& layer : layers)
    for (const auto& [cause, cycles] : layer.stalls) causes.insert(cause);
  return causes;
}

}  // namespace

void expect_equal_counters(const std::vector<hw::PathCounter>& fast, const std::vector<hw::PathCounter>& clocked) {
  ASSERT_EQ(fast.size(), clocked.size());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    SCOPED_TRACE(clocked[i].path + "." + clocked[i].counter.name);
    EXPECT_EQ(fast[i].path, clocked[i].path);
    EXPECT_EQ(fast[i].counter.name, clocked[i].counter.name);
    EXPECT_EQ(fast[i].counter.value, clocked[i].counter.value);
    EXPECT_EQ(fast[i].counter.unit, clocked[i].counter.unit);
    EXPECT_EQ(fast[i].counter.description, clocked[i].counter.description);
  }
}

Observed expect_equal_fidelities(const quant::Network& network, const compile::Program& program,
                                 const isa::MachineDescription& machine, const std::vector<Inference>& inferences,
                                 int threads) {
  const auto count = static_cast<std::int64_t>(inferences.size());
  sim::FastSimulation fast_simulation(network, program, machine, threads, count, true);
  const Outcome fast = run_all(fast_simulation, inferences);
  sim::ClockedSimulation clocked_simulation(network, program, machine, true);
  const Outcome clocked = run_all(clocked_simulation, inferences);
  Observed observed;
  EXPECT_EQ(fast.fault, clocked.fault);
  observed.failed = !clocked.fault.empty() || !fast.fault.empty();
  // Inferences that have ended before a fault are compared like any.
  EXPECT_EQ(fast.records.size(), clocked.records.size());
  if (clocked.records.empty() || fast.records.size() != clocked.records.size()) return observed;
  for (std::size_t i = 0; i < clocked.records.size(); ++i) expect_equal_records(fast.records[i], clocked.records[i]);
  const hw::MachineRecord& record = clocked.records.front();
  observed.memory_race = races_in_memory(program, machine, record);
  if (observed.memory_race) {
    observed.causes = causes_of(record, {});
    return observed;
  }
  const auto layers = [&](const Outcome& outcome) {
    return sim::layer_results(outcome.records.front(), machine, program, outcome.effects.front());
  };
  const std::vector<sim::LayerResult> clocked_layers = layers(clocked);
  expect_equal_layers(layers(fast), clocked_layers);
  expect_equal_counters(fast.counters, clocked.counters);
  expect_equal_values(network, fast, clocked);
  observed.causes = causes_of(record, clocked_layers);
  return observed;
}

}  // namespace intloom::system_test
