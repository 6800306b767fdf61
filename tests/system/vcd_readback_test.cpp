// The waveform as GTKWave's own parser reads it: as many transfers on each handshake as the counters say, and the
// output bytes on the store engine's port are the output tensor.
#include <gtest/gtest.h>

#include <map>

#include "runtime/compile/compile.h"
#include "tests/system/workloads.h"
#include "tests/unit/trace/fst_reader/fst_reader.h"
#include "tests/unit/trace/scratch_folder.h"

namespace intloom::system_test {
namespace {

std::int64_t cycles_high(const test::ReadWaveform& wave, const std::string& path, std::int64_t period_ps) {
  const auto& changes = wave.signals.at(path).changes;
  std::uint64_t high = 0;
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (changes[i].second == "1")
      high += (i + 1 < changes.size() ? changes[i + 1].first : wave.end_time) - changes[i].first;
  return static_cast<std::int64_t>(high) / period_ps;
}

// Byte 0 in the lowest bits; the text has the highest bit first.
std::uint8_t byte_of(const std::string& bits, std::size_t byte) {
  return static_cast<std::uint8_t>(std::stoi(bits.substr(bits.size() - 8 * (byte + 1), 8), nullptr, 2));
}

TEST(VcdReadback, TransfersAreTheCountersAndTheOutputBytesTheTensor) {
  const sim::Workload workload = digits();
  const isa::MachineDescription machine = machine_for("edge_16x16", workload);
  const test::ScratchFolder folder;
  sim::RunOptions options;
  options.trace.path = folder.file("digits.vcd");
  options.keep_tensors = true;
  const sim::InputData input =
      sim::InputData(single_input(workload, read_array(in_source("models/digits/digits-one.npz")), "digits-one.npz"));
  const sim::RunResult result =
      sim::run(workload, compile::compile(workload.network, machine), machine, input, options);
  const auto wave = test::read_with_gtkwave(options.trace.path, folder.path());
  if (!wave) GTEST_SKIP() << "vcd2fst or the FST library is not on this machine";

  std::map<std::string, std::int64_t> counters;
  for (const sim::Statistic& s : result.statistics) counters[s.path] = static_cast<std::int64_t>(s.value);
  const std::map<std::string, std::string> pairs{{"load.burst_valid", "load.bursts"},
                                                 {"store.burst_valid", "store.bursts"},
                                                 {"store.act_read_valid", "store.beats"},
                                                 {"feeder.act_valid", "array.activation_rows"},
                                                 {"feeder.weight_valid", "array.weight_rows"},
                                                 {"feeder.act_read_valid", "feeder.activation_reads"},
                                                 {"feeder.weight_read_valid", "feeder.weight_reads"},
                                                 {"array.sum_valid", "array.activation_rows"},
                                                 {"accumulator.row_read_valid", "accumulator.rows_read"},
                                                 {"requant.parameter_read_valid", "requant.parameter_words"},
                                                 {"vector.parameter_read_valid", "vector.parameter_words"},
                                                 {"sequencer.load_start_valid", "sequencer.load_commands"},
                                                 {"sequencer.exec_start_valid", "sequencer.exec_commands"},
                                                 {"sequencer.requant_start_valid", "sequencer.requant_commands"},
                                                 {"sequencer.vector_start_valid", "sequencer.vector_commands"},
                                                 {"sequencer.store_start_valid", "sequencer.store_commands"}};
  const std::string core = "machine.core0.";
  const auto high = [&](const std::string& path) { return cycles_high(*wave, core + path, machine.clock_period_ps); };
  for (const auto& [signal, counter] : pairs) EXPECT_EQ(high(signal), counters.at(core + counter)) << signal;
  EXPECT_EQ(
      high("load.activations_write_valid") + high("load.weights_write_valid") + high("load.parameters_write_valid"),
      counters.at(core + "load.beats"));
  std::int64_t bank_writes = 0;
  for (const auto& [path, value] : counters)
    if (path.rfind(core + "activations.bank", 0) == 0 && path.find("_writes") != std::string::npos)
      bank_writes += value;
  EXPECT_EQ(high("requant.write_valid") + high("vector.write_valid") + high("load.activations_write_valid"),
            bank_writes);

  // The output is one word, and the store engine reads it last: its bus keeps it to the end.
  const std::vector<std::uint8_t>& output = result.tensors.back().data.bytes;
  ASSERT_LE(output.size(), static_cast<std::size_t>(machine.array.rows));
  const std::string& word = wave->signals.at(core + "store.act_read_data").at(wave->end_time);
  for (std::size_t i = 0; i < output.size(); ++i) EXPECT_EQ(byte_of(word, i), output[i]) << "output " << i;
}

}  // namespace
}  // namespace intloom::system_test
