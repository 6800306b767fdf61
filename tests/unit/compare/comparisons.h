// Comparisons made by hand, without a simulation.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/compare/comparison.h"

namespace intloom::sim {

inline ComparedRun run_of(int rows, int cols, std::int64_t cycles, std::int64_t bytes = 1000) {
  ComparedRun run;
  run.array_rows = rows;
  run.array_cols = cols;
  run.cycles = cycles;
  run.time_us = static_cast<double>(cycles) * 1e-3;
  run.mac_utilization = 1e4 / (static_cast<double>(run.pes()) * static_cast<double>(cycles));
  run.dram_bytes = bytes;
  run.bound_by = "compute";
  run.split = {{"compute", cycles - cycles / 4}, {"dram", cycles / 4}};
  return run;
}

inline ComparedRun with_layers(ComparedRun run, std::vector<std::pair<std::string, std::int64_t>> layers) {
  for (auto& [name, cycles] : layers) run.layers.push_back({name, "Conv", cycles, "compute"});
  return run;
}

// A machine of edge_16x16 with keys changed.
inline ComparedMachine variant(std::vector<std::pair<std::string, std::string>> changes) {
  ComparedMachine machine{"edge_16x16", "edge_16x16", std::move(changes)};
  for (std::size_t i = 0; i < machine.changes.size(); ++i)
    machine.name += (i == 0 ? ":" : ",") + machine.changes[i].first + "=" + machine.changes[i].second;
  return machine;
}

inline ComparedMachine preset(const std::string& name) { return {name, name, {}}; }

}  // namespace intloom::sim
