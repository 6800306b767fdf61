#include <chrono>

#include "sim/session/checks.h"
#include "sim/session/expected.h"
#include "sim/session/host_boundary.h"
#include "sim/session/layer_statistics.h"
#include "sim/session/machine_run.h"
#include "sim/session/session.h"
#include "sim/session/wave_recording.h"

namespace intloom::sim {

using reference::IntegerTensor;

namespace {

constexpr std::int64_t kProgressCycles = 1 << 16;

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
void take_timing(MachineRun& run, const compile::Program& program, const isa::MachineDescription& machine,
                 RunResult& result) {
  result.cycles = run.machine().cycles();
  result.time_us = static_cast<double>(result.cycles) * machine.clock_period_ps * 1e-6;
  result.layers = layer_results(run.machine(), program, run.effects());
  result.units = unit_statistics(run.machine());
  result.statistics = block_statistics(run.machine());
  for (const LayerResult& layer : result.layers) {
    result.macs += layer.macs;
    for (const auto& [cause, cycles] : layer.stalls) result.split[cause] += cycles;
  }
  const double peak = static_cast<double>(machine.array.rows) * machine.array.cols * static_cast<double>(result.cycles);
  result.mac_utilization = peak > 0 ? static_cast<double>(result.macs) / peak : 0;
}

void add_effects(const compile::Program& program, const std::vector<CommandEffects>& effects, RunResult& result) {
  for (std::size_t c = 0; c + 1 < program.commands.size(); ++c) {
    result.layers[program.commands[c].layer].saturations += effects[c].saturations;
    result.layers[program.commands[c].layer].overflows += effects[c].overflows;
  }
}

void report_progress(MachineRun& run, const compile::Program& program, const RunOptions& options, const Progress& at) {
  if (!options.progress) return;
  options.progress(at);  // at least once an inference, however short
  run.machine().on_progress(kProgressCycles, [&run, &program, &options, at](std::int64_t cycle) {
    Progress progress = at;
    progress.cycle = cycle;
    const std::int64_t command = run.machine().core().sequencer.current_command(isa::Unit::exec);
    if (command >= 0) {
      progress.layer_index = program.commands[static_cast<std::size_t>(command)].layer;
      progress.layer = program.layers[static_cast<std::size_t>(progress.layer_index)].name;
    }
    options.progress(progress);
  });
}

}  // namespace

RunResult run(const Workload& workload, const compile::Program& program, const isa::MachineDescription& machine,
              const InputData& input, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  RunResult result;
  result.inferences = input.inferences;
  result.outputs = empty_outputs(workload, input.inferences);
  RunChecks checks(workload, machine, input, options);
  try {
    MachineRun machine_run(workload.network, program, machine, options.checks != Checks::none || options.keep_tensors);
    WaveRecording recording(machine_run.machine(), program, options.trace);
    if (options.note) recording.announce(options.note);
    for (std::int64_t i = 0; i < input.inferences; ++i) {
      report_progress(machine_run, program, options,
                      {i, input.inferences, "", 0, static_cast<std::int64_t>(program.layers.size()), 0});
      const std::vector<IntegerTensor> inputs = integer_inputs(workload, input, i);
      const std::vector<IntegerTensor> tensors = machine_run.run(inputs);
      if (i == 0) {
        take_timing(machine_run, program, machine, result);
        recording.finish(result);
        if (options.keep_tensors) dump_tensors(workload, tensors, result);
      } else {
        if (machine_run.machine().cycles() != result.cycles)
          throw std::logic_error(
              "an inference took other cycles than the first: timing must not depend on activations");
        add_effects(program, machine_run.effects(), result);
      }
      append_outputs(workload, tensors, result);
      checks.add(i, inputs, tensors);
    }
  } catch (const hw::MachineFault& fault) {
    throw MachineFailure(fault.what());
  }
  checks.finish(program, result);
  if (options.expected) result.expected = check_expected(workload, options, result.outputs);
  result.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return result;
}

}  // namespace intloom::sim
