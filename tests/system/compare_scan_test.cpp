// A comparison of many machines gives each what a run of it alone gives; references kept for the next machine change no
// check.
#include <gmock/gmock.h>

#include "runtime/compile/compile.h"
#include "sim/cli/compare_machines.h"
#include "sim/cli/exit_code.h"
#include "sim/session/reference_cache.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

using testing::HasSubstr;

sim::CompareJob digits_job(const std::vector<std::string>& machines) {
  sim::CompareJob job;
  job.models = {in_source("models/digits/digits-int8.onnx").string()};
  job.machines = sim::expand_machines(machines);
  job.simulation.inputs = {in_source("models/digits/digits-first8.npz").string()};
  job.quiet = true;
  return job;
}

sim::CompareJob cycles_only(sim::CompareJob job) {
  job.simulation.inputs.clear();
  job.simulation.values = false;
  job.simulation.checks = sim::Checks::none;
  return job;
}

sim::RunResult run_alone(const sim::Workload& workload, const std::string& spec, const sim::RunOptions& options) {
  const isa::MachineDescription machine = machine_for(spec, workload);
  const compile::Program program = compile::compile(workload.network, machine);
  return sim::run(workload, program, machine, digits_images(workload), options);
}

TEST(Scan, TotalsAndLayersAreThoseOfSingleRuns) {
  const sim::CompareJob job = cycles_only(
      digits_job({"edge_8x8", "edge_16x16:array.rows={4,16},array.cols={8,32},memory.bytes_per_cycle={2,16}"}));
  const sim::CompareOutcome outcome = sim::run_comparison(job, nullptr);
  EXPECT_EQ(outcome.exit_code, sim::kDone);
  const sim::Workload workload = digits();
  sim::RunOptions options;  // with values: the same cycles
  options.checks = sim::Checks::none;
  ASSERT_EQ(outcome.comparison.machines.size(), 9U);
  for (std::size_t m = 0; m < job.machines.size(); ++m) {
    const sim::RunResult alone = run_alone(workload, job.machines[m].spec, options);
    const sim::ComparedRun& run = outcome.comparison.run(0, m);
    EXPECT_EQ(run.cycles, alone.cycles);
    EXPECT_EQ(run.split, alone.split);
    EXPECT_EQ(run.mac_utilization, alone.mac_utilization);
    std::int64_t bytes = 0;
    for (std::size_t l = 0; l < alone.layers.size(); ++l) {
      EXPECT_EQ(outcome.comparison.layers.at(l).machines.at(m).cycles, alone.layers[l].cycles);
      bytes += alone.layers[l].dram_read_bytes + alone.layers[l].dram_write_bytes;
    }
    EXPECT_EQ(run.dram_bytes, bytes);
  }
}

TEST(Scan, MachinesThatCannotRunItAreNamedAndTheOthersCompared) {
  sim::CompareJob job = cycles_only(digits_job({"edge_16x16:scratchpad.bank_bytes={16KiB,8,16}"}));
  const sim::CompareOutcome outcome = sim::run_comparison(job, nullptr);
  EXPECT_EQ(outcome.exit_code, sim::kDone);
  EXPECT_TRUE(outcome.comparison.run(0, 0).runs());
  EXPECT_THAT(outcome.comparison.run(0, 1).failure, HasSubstr("holds no word of 16 bytes"));
  EXPECT_FALSE(outcome.comparison.run(0, 2).failure.empty()) << "one word a bank is too small for a layer";
  job.machines = sim::expand_machines({"edge_16x16", "edge_16x16:scratchpad.bank_bytes=16"});
  EXPECT_THROW(sim::run_comparison(job, nullptr), compile::CompileError) << "named on its own";
  job.machines = sim::expand_machines({"edge_16x16:scratchpad.bank_bytes={16}"});
  EXPECT_THROW(sim::run_comparison(job, nullptr), compile::CompileError) << "none runs it";
}

TEST(Scan, ACycleLimitIsTheExitCodeOfTheWhole) {
  const sim::CompareJob job = cycles_only(digits_job({"edge_16x16:max_cycles={0,100}"}));
  const sim::CompareOutcome outcome = sim::run_comparison(job, nullptr);
  EXPECT_EQ(outcome.exit_code, sim::kMachineFailed);
  EXPECT_TRUE(outcome.comparison.run(0, 0).runs());
  EXPECT_FALSE(outcome.comparison.run(0, 1).runs());
}

TEST(Scan, ALimitMustHoldOnEveryMachine) {
  sim::CompareJob job = digits_job({"edge_16x16", "shift_only"});
  job.limit = 1.5;  // shift only is off by several LSB
  EXPECT_EQ(sim::run_comparison(job, nullptr).exit_code, sim::kConditionFailed);
  job.limit = 255;
  EXPECT_EQ(sim::run_comparison(job, nullptr).exit_code, sim::kDone);
}

// The machines differ in arithmetic: multiplier bits, rounding, zero points folded; those of equal arithmetic share.
TEST(References, KeptOnesChangeNoCheck) {
  const sim::Workload workload = digits();
  sim::ReferenceCache references(std::size_t{64} << 20);
  for (const char* spec : {"edge_16x16", "edge_8x8", "shift_only", "tflite_rounding", "folded_zero_point",
                           "nvdla_like_16bit", "edge_16x16:accumulator.width_bits=18,accumulator.overflow=saturate",
                           "edge_8x8:accumulator.width_bits=18,accumulator.overflow=saturate"}) {
    SCOPED_TRACE(spec);
    sim::RunOptions options;
    const sim::RunResult alone = run_alone(workload, spec, options);
    options.references = &references;
    const sim::RunResult shared = run_alone(workload, spec, options);
    EXPECT_EQ(shared.integer_check->total.differences, 0);
    EXPECT_EQ(shared.integer_check->total.elements, alone.integer_check->total.elements);
    EXPECT_EQ(shared.float_qdq->outputs.sqnr_db, alone.float_qdq->outputs.sqnr_db);
    EXPECT_EQ(shared.exact_check.has_value(), alone.exact_check.has_value());
    if (alone.exact_check) {
      EXPECT_EQ(shared.exact_check->total.differences, alone.exact_check->total.differences);
    }
  }
}

TEST(References, AreComputedOnceAndForgottenBeyondTheirRoom) {
  sim::ReferenceCache cache(10);
  int computed = 0;
  const auto six_bytes = [&] {
    ++computed;
    return sim::ReferenceCache::Integers{{1, 2, 3}, {4, 5, 6}};
  };
  cache.integers("a", 0, six_bytes);
  EXPECT_EQ(cache.integers("a", 0, six_bytes)->at(1).at(2), 6);
  EXPECT_EQ(computed, 1);
  cache.integers("a", 1, six_bytes);  // another inference; there is no room for it
  cache.integers("a", 1, six_bytes);
  cache.integers("b", 0, six_bytes);
  EXPECT_EQ(computed, 4);
  EXPECT_EQ(cache.bytes(), 6U);
}

}  // namespace
}  // namespace intloom::system_test
