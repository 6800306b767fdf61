#include "sim/session/layer_statistics.h"

#include <fmt/format.h>

#include <algorithm>

namespace intloom::sim {

namespace {

std::int64_t transferred_bytes(const isa::Transfer& transfer) {
  return std::int64_t{transfer.extents[0]} * transfer.extents[1] * transfer.extents[2];
}

double utilization(std::int64_t macs, const isa::MachineDescription& machine, std::int64_t cycles) {
  const double peak = static_cast<double>(machine.array.rows) * machine.array.cols * static_cast<double>(cycles);
  return peak > 0 ? static_cast<double>(macs) / peak : 0;
}

void add_command(LayerResult& layer, const isa::Command& command, const hw::CommandTimes& times,
                 const hw::CommandEffects& effects) {
  layer.start_cycle = layer.start_cycle < 0 ? times.start_cycle : std::min(layer.start_cycle, times.start_cycle);
  layer.end_cycle = std::max(layer.end_cycle, times.end_cycle);
  layer.saturations += effects.saturations;
  layer.overflows += effects.overflows;
  const auto* transfer = std::get_if<isa::Transfer>(&command.body);
  if (transfer == nullptr) return;
  (command.unit == isa::Unit::load ? layer.dram_read_bytes : layer.dram_write_bytes) += transferred_bytes(*transfer);
}

}  // namespace

std::string largest_cause(const std::map<std::string, std::int64_t>& split) {
  std::string cause;
  std::int64_t most = 0;
  for (const auto& [name, cycles] : split)
    if (cycles > most) {
      most = cycles;
      cause = name;
    }
  return cause;
}

std::vector<LayerResult> layer_results(const hw::MachineRecord& record, const isa::MachineDescription& machine,
                                       const compile::Program& program,
                                       const std::vector<hw::CommandEffects>& effects) {
  std::vector<LayerResult> layers(program.layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].name = program.layers[i].name;
    layers[i].op = program.layers[i].op;
    layers[i].mapping = program.layers[i].mapping;
    layers[i].mapping_cost_cycles = program.layers[i].mapping_cost_cycles;
    layers[i].runner_up = program.layers[i].runner_up;
    layers[i].runner_up_cost_cycles = program.layers[i].runner_up_cost_cycles;
    layers[i].mappings_compared = program.layers[i].mappings_compared;
    layers[i].macs = program.layers[i].macs;
    layers[i].start_cycle = -1;
  }
  for (std::size_t c = 0; c < program.commands.size(); ++c) {
    if (std::holds_alternative<isa::End>(program.commands[c].body)) continue;
    add_command(layers[program.commands[c].layer], program.commands[c], record.times[c], effects[c]);
  }
  const ArrayTimeline timeline(record);
  std::int64_t previous_end = 0;
  for (LayerResult& layer : layers) {
    if (layer.start_cycle < 0) layer.start_cycle = previous_end;  // nothing to do on the machine
    layer.end_cycle = std::max(layer.end_cycle, previous_end);
    layer.cycles = layer.end_cycle - previous_end;
    layer.stalls = timeline.split(previous_end, layer.end_cycle);
    layer.bound_by = largest_cause(layer.stalls);
    layer.mac_utilization = utilization(layer.macs, machine, layer.cycles);
    previous_end = layer.end_cycle;
  }
  return layers;
}

std::vector<UnitStatistics> unit_statistics(const hw::MachineRecord& record) {
  std::vector<UnitStatistics> units;
  for (int u = 0; u < isa::kUnits; ++u) {
    const auto unit = static_cast<isa::Unit>(u);
    const auto totals = record.activity_of(unit).totals(0, record.cycles);
    UnitStatistics statistics;
    statistics.path = fmt::format("machine.core0.{}", isa::unit_name(unit));
    for (int a = 0; a < hw::kActivities; ++a) {
      const std::int64_t cycles = totals[static_cast<std::size_t>(a)];
      statistics.total_cycles += cycles;
      if (a == static_cast<int>(hw::Activity::active))
        statistics.active_cycles = cycles;
      else if (a == static_cast<int>(hw::Activity::idle))
        statistics.idle_cycles = cycles;
      else if (cycles != 0)
        statistics.stalls[std::string(hw::activity_name(static_cast<hw::Activity>(a)))] = cycles;
    }
    units.push_back(std::move(statistics));
  }
  return units;
}

std::vector<Statistic> block_statistics(const std::vector<hw::PathCounter>& counters) {
  std::vector<Statistic> statistics;
  statistics.reserve(counters.size());
  for (const hw::PathCounter& counter : counters)
    statistics.push_back({counter.path + "." + counter.counter.name, static_cast<double>(counter.counter.value),
                          counter.counter.unit, counter.counter.description});
  return statistics;
}

}  // namespace intloom::sim
