#include "tests/system/counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace intloom::system_test {
namespace {

std::int64_t sum(const std::map<std::string, std::int64_t>& cycles) {
  return std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0},
                         [](std::int64_t so_far, const auto& entry) { return so_far + entry.second; });
}

// What the commands themselves say that their unit has to do.
struct Work {
  std::map<isa::Unit, std::int64_t> commands;
  std::int64_t load_bytes = 0, store_bytes = 0, requant_elements = 0, vector_elements = 0;
};

std::int64_t elements(std::uint32_t channels, const isa::MapRegion& map) {
  return std::int64_t{channels} * map.height * map.width;
}

Work work_of(const compile::Program& program) {
  Work work;
  for (const isa::Command& command : program.commands) {
    if (std::holds_alternative<isa::End>(command.body)) continue;
    ++work.commands[command.unit];
    if (const auto* transfer = std::get_if<isa::Transfer>(&command.body)) {
      const auto& e = transfer->extents;
      (command.unit == isa::Unit::load ? work.load_bytes : work.store_bytes) += std::int64_t{e[0]} * e[1] * e[2];
    }
    if (const auto* requant = std::get_if<isa::Requant>(&command.body))
      work.requant_elements += elements(requant->channels, requant->out);
    if (const auto* vector = std::get_if<isa::Vector>(&command.body))
      work.vector_elements += elements(vector->channels, vector->out);
  }
  return work;
}

void expect_units_add_up(std::int64_t cycles, const std::vector<sim::UnitStatistics>& units) {
  EXPECT_EQ(units.size(), static_cast<std::size_t>(isa::kUnits));
  for (const sim::UnitStatistics& unit : units) {
    EXPECT_EQ(unit.active_cycles + sum(unit.stalls) + unit.idle_cycles, unit.total_cycles) << unit.path;
    EXPECT_EQ(unit.total_cycles, cycles) << unit.path;
  }
}

void expect_layers_add_up(std::int64_t cycles, const std::vector<sim::LayerResult>& layers) {
  std::int64_t total = 0;
  for (const sim::LayerResult& layer : layers) {
    EXPECT_GE(layer.cycles, 0) << layer.name;
    EXPECT_EQ(sum(layer.stalls), layer.cycles) << layer.name;
    total += layer.cycles;
  }
  EXPECT_EQ(total, cycles);
}

void expect_bytes(const Work& work, const std::vector<sim::LayerResult>& layers,
                  const std::vector<sim::Statistic>& statistics) {
  std::int64_t read = 0, written = 0;
  for (const sim::LayerResult& layer : layers) {
    read += layer.dram_read_bytes;
    written += layer.dram_write_bytes;
  }
  EXPECT_EQ(read, work.load_bytes);
  EXPECT_EQ(written, work.store_bytes);
  EXPECT_EQ(statistic(statistics, "machine.core0.load.bytes"), static_cast<double>(read));
  EXPECT_EQ(statistic(statistics, "machine.core0.store.bytes"), static_cast<double>(written));
  EXPECT_EQ(statistic(statistics, "machine.memory.read_bytes"), static_cast<double>(read));
  EXPECT_EQ(statistic(statistics, "machine.memory.write_bytes"), static_cast<double>(written));
}

}  // namespace

double statistic(const std::vector<sim::Statistic>& statistics, const std::string& path) {
  const auto found = std::find_if(statistics.begin(), statistics.end(),
                                  [&](const sim::Statistic& statistic) { return statistic.path == path; });
  if (found != statistics.end()) return found->value;
  ADD_FAILURE() << "no statistic " << path;
  return -1;
}

void expect_counters_add_up(const compile::Program& program, std::int64_t cycles,
                            const std::vector<sim::LayerResult>& layers, const std::vector<sim::UnitStatistics>& units,
                            const std::vector<sim::Statistic>& statistics) {
  expect_units_add_up(cycles, units);
  expect_layers_add_up(cycles, layers);
  const Work work = work_of(program);
  expect_bytes(work, layers, statistics);
  const auto value = [&](const std::string& path) { return statistic(statistics, "machine.core0." + path); };
  for (const auto& [unit, commands] : work.commands)
    EXPECT_EQ(value("sequencer." + std::string(isa::unit_name(unit)) + "_commands"), static_cast<double>(commands));
  EXPECT_EQ(value("requant.elements"), static_cast<double>(work.requant_elements));
  EXPECT_EQ(value("vector.elements"), static_cast<double>(work.vector_elements));
  EXPECT_EQ(value("feeder.blocks"), value("array.blocks"));
  EXPECT_EQ(value("array.activation_rows"), value("feeder.compute_cycles"));
  EXPECT_EQ(value("accumulator.rows_overwritten") + value("accumulator.rows_added"), value("array.activation_rows"));
  EXPECT_EQ(value("feeder.activation_reads") + value("feeder.padding_rows"), value("array.activation_rows"));
}

}  // namespace intloom::system_test
