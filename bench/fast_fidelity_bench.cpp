// Times the fast fidelity on request, so that tools/bench.sh can alternate it with what it is compared with.
//
//   bench_fast_fidelity MODEL.onnx MACHINE values|cycles|clocked THREADS BATCH
//
// Each line on standard input runs once and answers with one line: milliseconds, and the cycles of one inference.
//   values   BATCH inferences with values: input quantized, every command's integers, output dequantized. The machine,
//            its schedule and its packed weights are there from the first run on (steady state).
//   cycles   one design point, cycles only: mapping, compiling, schedule; the model is imported and lowered.
//   clocked  one inference at cycle fidelity, as `values`.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "rtl_models/fast/schedule.h"
#include "runtime/compile/compile.h"
#include "sim/config/config.h"
#include "sim/session/clocked_simulation.h"
#include "sim/session/fast_simulation.h"
#include "sim/session/host_boundary.h"
#include "sim/session/input.h"

namespace {

using namespace intloom;

struct Setting {
  std::string model, machine, mode;
  int threads = 1;
  std::int64_t batch = 1;
};

class Design {
 public:
  explicit Design(const Setting& setting)
      : setting_(setting),
        workload_(sim::load_workload(setting.model, {})),
        machine_(sim::resolve_rounding(sim::load_machine(setting.machine).description, workload_)) {
    if (setting.mode == "cycles") return;
    program_ = compile::compile(workload_.network, machine_);
    input_ = sim::generate_input(workload_, 1, setting.batch);
    if (setting.mode == "clocked")
      simulation_ = std::make_unique<sim::ClockedSimulation>(workload_.network, program_, machine_, false);
    else
      simulation_ = std::make_unique<sim::FastSimulation>(workload_.network, program_, machine_, setting.threads,
                                                          INT64_MAX, false);
  }

  std::int64_t run() {
    if (setting_.mode == "cycles") {
      compile::CompileOptions options;
      options.values = false;
      const compile::Program program = compile::compile(workload_.network, machine_, options);
      return fast::schedule(program.commands, machine_).record.cycles;
    }
    simulation_->run_batch(
        setting_.batch, [this](std::int64_t inference) { return inputs_of(inference); },
        [this](std::int64_t, const Tensors&, const Tensors& result) { take(result); });
    return simulation_->record().cycles;
  }

 private:
  using Tensors = std::vector<reference::IntegerTensor>;

  Tensors inputs_of(std::int64_t inference) const {
    Tensors inputs;
    for (const auto& boundary : workload_.network.inputs)
      inputs.push_back(sim::to_integers(workload_.network, boundary, input_.tensors.at(boundary.name), inference));
    return inputs;
  }

  void take(const Tensors& result) const {
    for (const auto& boundary : workload_.network.outputs) {
      graph::TensorData output;
      output.type = boundary.type;
      sim::append_output(workload_.network, boundary, result[static_cast<std::size_t>(boundary.tensor)], output);
    }
  }

  Setting setting_;
  sim::Workload workload_;
  isa::MachineDescription machine_;
  compile::Program program_;
  sim::InputData input_;
  std::unique_ptr<sim::MachineSimulation> simulation_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: bench_fast_fidelity MODEL.onnx MACHINE values|cycles|clocked THREADS BATCH\n";
    return 2;
  }
  try {
    Design design({argv[1], argv[2], argv[3], std::atoi(argv[4]), std::atoi(argv[5])});
    for (std::string line; std::getline(std::cin, line);) {
      const auto begin = std::chrono::steady_clock::now();
      const std::int64_t cycles = design.run();
      const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
      fmt::print("{:.4f} {}\n", time.count(), cycles);
      std::fflush(stdout);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
