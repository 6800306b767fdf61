#include <algorithm>
#include <chrono>

#include "rtl_models/fast/counters.h"
#include "rtl_models/record/machine_fault.h"
#include "sim/session/checks.h"
#include "sim/session/clocked_simulation.h"
#include "sim/session/expected.h"
#include "sim/session/fast_simulation.h"
#include "sim/session/host_boundary.h"
#include "sim/session/layer_statistics.h"
#include "sim/session/session.h"
#include "sim/session/wave_recording.h"

namespace intloom::sim {

using reference::IntegerTensor;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::vector<IntegerTensor> integer_inputs(const Workload& workload, const InputData& input, std::int64_t inference) {
  std::vector<IntegerTensor> integers;
  for (const quant::Boundary& boundary : workload.network.inputs)
    integers.push_back(to_integers(workload.network, boundary, input.tensors.at(boundary.name), inference));
  return integers;
}

std::vector<OutputResult> empty_outputs(const Workload& workload, std::int64_t inferences) {
  std::vector<OutputResult> outputs;
  for (const quant::Boundary& boundary : workload.network.outputs) {
    OutputResult output{boundary.name, {}};
    output.data.type = boundary.type;
    output.data.shape = boundary.shape;
    if (!output.data.shape.empty()) output.data.shape[0] = inferences;
    outputs.push_back(std::move(output));
  }
  return outputs;
}

void append_outputs(const Workload& workload, const std::vector<IntegerTensor>& tensors, RunResult& result) {
  for (std::size_t o = 0; o < result.outputs.size(); ++o) {
    const quant::Boundary& boundary = workload.network.outputs[o];
    append_output(workload.network, boundary, tensors[static_cast<std::size_t>(boundary.tensor)],
                  result.outputs[o].data);
  }
}

void dump_tensors(const Workload& workload, const std::vector<IntegerTensor>& tensors, RunResult& result) {
  for (const quant::Layer& layer : workload.network.layers) {
    const quant::Tensor& tensor = workload.network.tensor(layer.output);
    DumpedTensor dumped{tensor.name, tensor.quantized_name, layer.name, {}, tensor.scale, tensor.zero_point};
    dumped.data.type = tensor.type;
    dumped.data.shape = tensor.shape;
    dumped.data.bytes = tensors[static_cast<std::size_t>(layer.output)];
    result.tensors.push_back(std::move(dumped));
  }
}

// Timing is that of the first inference: it depends on no activation, so it is every inference's.
void take_timing(const hw::MachineRecord& record, const std::vector<hw::CommandEffects>& effects,
                 const std::vector<hw::PathCounter>& counters, const compile::Program& program,
                 const isa::MachineDescription& machine, RunResult& result) {
  result.cycles = record.cycles;
  result.time_us = static_cast<double>(result.cycles) * machine.clock_period_ps * 1e-6;
  result.layers = layer_results(record, machine, program, effects);
  result.units = unit_statistics(record);
  result.statistics = block_statistics(counters);
  for (const LayerResult& layer : result.layers) {
    result.macs += layer.macs;
    for (const auto& [cause, cycles] : layer.stalls) result.split[cause] += cycles;
  }
  const double peak = static_cast<double>(machine.array.rows) * machine.array.cols * static_cast<double>(result.cycles);
  result.mac_utilization = peak > 0 ? static_cast<double>(result.macs) / peak : 0;
}

void add_effects(const compile::Program& program, const std::vector<hw::CommandEffects>& effects, RunResult& result) {
  for (std::size_t c = 0; c + 1 < program.commands.size(); ++c) {
    result.layers[program.commands[c].layer].saturations += effects[c].saturations;
    result.layers[program.commands[c].layer].overflows += effects[c].overflows;
  }
}

void report_progress(MachineSimulation& simulation, const compile::Program& program, const RunOptions& options,
                     const Progress& at) {
  if (!options.progress) return;
  options.progress(at);  // at least once an inference, however short
  simulation.on_progress([&program, &options, at](std::int64_t cycle, std::int64_t command) {
    Progress progress = at;
    progress.cycle = cycle;
    if (command >= 0) {
      progress.layer_index = program.commands[static_cast<std::size_t>(command)].layer;
      progress.layer = program.layers[static_cast<std::size_t>(progress.layer_index)].name;
    }
    options.progress(progress);
  });
}

void run_inferences(MachineSimulation& simulation, const Workload& workload, const compile::Program& program,
                    const isa::MachineDescription& machine, const InputData& input, const RunOptions& options,
                    RunChecks& checks, const std::function<void()>& after_first, RunResult& result) {
  Progress at{0, input.inferences, "", 0, static_cast<std::int64_t>(program.layers.size()), 0};
  report_progress(simulation, program, options, at);
  const auto take = [&](std::int64_t i, const std::vector<IntegerTensor>& inputs,
                        const std::vector<IntegerTensor>& tensors) {
    if (i == 0) {
      take_timing(simulation.record(), simulation.effects(),
                  options.statistics ? simulation.counters() : std::vector<hw::PathCounter>{}, program, machine,
                  result);
      after_first();
      if (options.keep_tensors) dump_tensors(workload, tensors, result);
    } else {
      add_effects(program, simulation.effects(), result);
    }
    append_outputs(workload, tensors, result);
    checks.add(i, inputs, tensors);
    at.inference = i + 1;
    if (at.inference < input.inferences) report_progress(simulation, program, options, at);
  };
  simulation.run_batch(
      input.inferences, [&](std::int64_t i) { return integer_inputs(workload, input, i); }, take);
}

void run_clocked(const Workload& workload, const compile::Program& program, const isa::MachineDescription& machine,
                 const InputData& input, const RunOptions& options, RunChecks& checks, RunResult& result) {
  ClockedSimulation simulation(workload.network, program, machine,
                               options.checks != Checks::none || options.keep_tensors);
  WaveRecording recording(simulation.machine(), program, options.trace);
  if (options.note) recording.announce(options.note);
  run_inferences(
      simulation, workload, program, machine, input, options, checks, [&] { recording.finish(result); }, result);
  if (simulation.machine().cycles() != result.cycles)
    throw std::logic_error("an inference took other cycles than the first: timing must not depend on activations");
}

void run_fast(const Workload& workload, const compile::Program& program, const isa::MachineDescription& machine,
              const InputData& input, const RunOptions& options, RunChecks& checks, RunResult& result) {
  FastSimulation simulation(workload.network, program, machine, options.threads, input.inferences,
                            options.checks != Checks::none || options.keep_tensors);
  run_inferences(
      simulation, workload, program, machine, input, options, checks, [] {}, result);
}

// Cycles only: the schedule, no simulated memory, no integers.
void run_schedule(const compile::Program& program, const isa::MachineDescription& machine, bool statistics,
                  RunResult& result) {
  const fast::Schedule schedule = fast::schedule(program.commands, machine);
  std::vector<hw::PathCounter> counters;
  if (statistics) counters = fast::counters(program.commands, machine, schedule, {});
  const auto needs_values = [](const hw::PathCounter& counter) {
    return counter.counter.name == "saturations" || counter.counter.name == "overflows";
  };
  counters.erase(std::remove_if(counters.begin(), counters.end(), needs_values), counters.end());
  take_timing(schedule.record, std::vector<hw::CommandEffects>(program.commands.size()), counters, program, machine,
              result);
}

}  // namespace

std::string_view fidelity_name(Fidelity fidelity) { return fidelity == Fidelity::fast ? "fast" : "cycle"; }

RunResult run(const Workload& workload, const compile::Program& program, const isa::MachineDescription& machine,
              const InputData& input, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  RunResult result;
  // Only the clocked machine has a waveform.
  result.fidelity = options.trace.path.empty() ? options.fidelity : Fidelity::cycle;
  result.values = options.values;
  try {
    if (!options.values) {
      run_schedule(program, machine, options.statistics, result);
      result.host_seconds = seconds_since(begin);
      return result;
    }
    result.inferences = input.inferences;
    result.outputs = empty_outputs(workload, input.inferences);
    RunChecks checks(workload, machine, input, options);
    (result.fidelity == Fidelity::fast ? run_fast : run_clocked)(workload, program, machine, input, options, checks,
                                                                 result);
    checks.finish(program, result);
  } catch (const hw::MachineFault& fault) {
    throw MachineFailure(fault.what());
  }
  if (options.expected) result.expected = check_expected(workload, options, result.outputs);
  result.host_seconds = seconds_since(begin);
  return result;
}

}  // namespace intloom::sim
