// Workloads without weights: a float network taken as if int8 has the cycles of the real int8 network, on every machine
// of configs/, and the layer lists of configs/ run.
#include <gtest/gtest.h>

#include <map>

#include "rtl_models/fast/schedule.h"
#include "runtime/compile/compile.h"
#include "runtime/import/import_onnx.h"
#include "runtime/import/layer_list.h"
#include "runtime/quant/as_int8.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

struct Timed {
  compile::Program program;
  fast::Schedule schedule;
};

Timed timed(const quant::Network& network, const isa::MachineDescription& machine) {
  Timed result;
  compile::CompileOptions options;
  options.values = false;
  result.program = compile::compile(network, machine, options);
  result.schedule = fast::schedule(result.program.commands, machine);
  return result;
}

quant::Network digits_as_int8() {
  return quant::lower_as_int8(graph::import_onnx(in_source("models/digits/digits-float.onnx").string()));
}

TEST(Weightless, DigitsAsInt8HasTheCyclesOfDigitsInt8) {
  const sim::Workload real = digits();
  const quant::Network as_int8 = digits_as_int8();
  for (const std::string& name : configured_machines()) {
    const isa::MachineDescription machine = machine_for(name, real);
    const Timed ours = timed(as_int8, machine), theirs = timed(real.network, machine);
    EXPECT_EQ(ours.schedule.record.cycles, theirs.schedule.record.cycles) << name;
    ASSERT_EQ(ours.program.commands.size(), theirs.program.commands.size()) << name;
    for (std::size_t c = 0; c < ours.program.commands.size(); ++c) {
      ASSERT_EQ(ours.program.commands[c].layer, theirs.program.commands[c].layer) << name << ", command " << c;
      ASSERT_EQ(ours.schedule.record.times[c].start_cycle, theirs.schedule.record.times[c].start_cycle)
          << name << ", command " << c;
      ASSERT_EQ(ours.schedule.record.times[c].end_cycle, theirs.schedule.record.times[c].end_cycle)
          << name << ", command " << c;
    }
  }
}

// No layer takes fewer cycles between its first and last EXEC than its multiply-accumulates need.
TEST(Weightless, LayerListsRun) {
  const isa::MachineDescription machine = machine_for("edge_16x16", digits());
  for (const char* name : {"alexnet.csv", "resnet50_mobilenet_layers.csv", "bert_base_block_gemms.csv"}) {
    const graph::Graph list = graph::import_layer_list(in_source("configs/workloads") / name);
    const Timed run = timed(quant::lower_as_int8(list), machine);
    std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> exec_span;  // by program layer
    for (std::size_t c = 0; c < run.program.commands.size(); ++c) {
      if (run.program.commands[c].unit != isa::Unit::exec) continue;
      const hw::CommandTimes& times = run.schedule.record.times[c];
      auto& span = exec_span.try_emplace(run.program.commands[c].layer, times.start_cycle, 0).first->second;
      span.second = times.end_cycle;
    }
    ASSERT_EQ(exec_span.size(), list.nodes.size()) << name;
    std::size_t node = 0;
    for (const auto& [layer, span] : exec_span) {
      EXPECT_EQ(run.program.layers[layer].name, list.nodes[node++].name);
      EXPECT_GE((span.second - span.first) * machine.array.rows * machine.array.cols, run.program.layers[layer].macs)
          << name << " " << run.program.layers[layer].name;
    }
  }
}

}  // namespace
}  // namespace intloom::system_test
