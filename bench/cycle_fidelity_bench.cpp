// Speed of the cycle fidelity: simulated cycles a second with tracing off, and where the host's time goes.
//
//   bench_cycle_fidelity [MODEL.onnx] [MACHINE] [RUNS]
//
// Prints one line a run, the median, and the share of each block from one further run that measures every tick (which
// itself costs some 30 ns a tick, so shares are of the measured time, not of the unprofiled run).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "runtime/compile/compile.h"
#include "sim/config/config.h"
#include "sim/session/clocked_simulation.h"
#include "sim/session/host_boundary.h"
#include "sim/session/input.h"

namespace {

using namespace intloom;
using Clock = std::chrono::steady_clock;

double seconds_of(sim::ClockedSimulation& run, const std::vector<reference::IntegerTensor>& inputs) {
  const auto begin = Clock::now();
  run.run(inputs);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void print_shares(const hw::Machine& machine, std::int64_t cycles, double seconds) {
  double blocks = 0;
  for (const auto& block : machine.profile()) blocks += static_cast<double>(block.nanoseconds);
  fmt::print("\n{:<32}{:>12}{:>14}{:>10}\n", "block", "ticks/cycle", "ns/tick", "share");
  for (const auto& block : machine.profile())
    fmt::print("{:<32}{:>12.2f}{:>14.1f}{:>9.1f}%\n", block.path,
               static_cast<double>(block.ticks) / static_cast<double>(cycles),
               block.ticks == 0 ? 0.0 : static_cast<double>(block.nanoseconds) / static_cast<double>(block.ticks),
               100 * static_cast<double>(block.nanoseconds) / (seconds * 1e9));
  fmt::print("{:<32}{:>12}{:>14}{:>9.1f}%\n", "SystemC kernel, signals, memory", "", "",
             100 * (1 - blocks / (seconds * 1e9)));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string model = argc > 1 ? argv[1] : INTLOOM_SOURCE_DIR "/models/digits/digits-int8.onnx";
  const std::string spec = argc > 2 ? argv[2] : "edge_16x16";
  const int runs = argc > 3 ? std::atoi(argv[3]) : 5;
  const sim::Workload workload = sim::load_workload(model, {});
  const isa::MachineDescription machine = sim::resolve_rounding(sim::load_machine(spec).description, workload);
  const compile::Program program = compile::compile(workload.network, machine);
  const sim::InputData input = sim::generate_input(workload, 1);
  std::vector<reference::IntegerTensor> inputs;
  for (const auto& boundary : workload.network.inputs)
    inputs.push_back(sim::to_integers(workload.network, boundary, input.tensors.at(boundary.name), 0));

  std::vector<double> rates;
  {
    sim::ClockedSimulation run(workload.network, program, machine, false);
    for (int i = 0; i < runs; ++i) {
      const double seconds = seconds_of(run, inputs);
      rates.push_back(static_cast<double>(run.machine().cycles()) / seconds);
      fmt::print("{} on {}: {} cycles, {:.3f} s, {:.2f} M cycles/s\n", model, spec, run.machine().cycles(), seconds,
                 rates.back() * 1e-6);
    }
  }
  std::sort(rates.begin(), rates.end());
  fmt::print("median {:.2f} M cycles/s\n", rates[rates.size() / 2] * 1e-6);

  sim::ClockedSimulation profiled(workload.network, program, machine, false);
  profiled.machine().set_profiling(true);
  const double seconds = seconds_of(profiled, inputs);
  print_shares(profiled.machine(), profiled.machine().cycles(), seconds);
  return 0;
}
