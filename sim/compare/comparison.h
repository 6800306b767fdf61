// Machines side by side on the same models: cycles layer by layer, what bounds each, why not N times, and which
// machines no other beats.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "sim/session/session.h"

namespace intloom::sim {

struct ComparedMachine {
  std::string name;                                          // distinct
  std::string base;                                          // preset or file
  std::vector<std::pair<std::string, std::string>> changes;  // keys changed in the base
};

// What a comparison keeps of one machine on one model.
struct ComparedRun {
  std::string failure;  // why the machine cannot run the model, one line; the rest is then empty
  int array_rows = 0, array_cols = 0;
  std::int64_t cycles = 0;
  double time_us = 0;
  double mac_utilization = 0;
  std::int64_t dram_bytes = 0;  // read and written
  std::string bound_by;
  std::map<std::string, std::int64_t> split;          // the array's cycles by cause
  std::optional<std::int64_t> elements, differences;  // against the integer oracle
  std::optional<check::FloatComparison> float_qdq;    // of the outputs
  std::optional<std::int64_t> labels_right, labels_total;
  std::optional<ExpectedCheck> expected;
  struct Layer {
    std::string name, op;
    std::int64_t cycles = 0;
    std::string bound_by;
  };
  std::vector<Layer> layers;  // empty where nothing shows them

  // Against the baseline on the same model; compare() fills them in.
  double speedup = 1;       // in cycles
  double time_speedup = 1;  // in time: clocks may differ
  double peak_ratio = 1;    // multipliers of this machine / of the baseline: what perfect scaling would give
  // Cycles this machine takes beyond baseline cycles / peak_ratio, by cause of its array's cycles: they add up to
  // cycles - baseline cycles / peak_ratio. Negative: the cause shrank more than the array grew.
  std::map<std::string, double> lost;
  bool pareto = false;  // no other machine beats it: see front.h, the size is array rows * columns

  bool runs() const { return failure.empty(); }
  std::int64_t pes() const { return std::int64_t{array_rows} * array_cols; }
};
ComparedRun compared_run(const isa::MachineDescription& machine, const RunResult& result, bool layers);
ComparedRun failed_run(const std::string& reason);  // its first line is kept

struct ComparedLayer {
  std::size_t model = 0;
  std::string layer, op;
  struct Cell {
    bool present = false;
    std::int64_t cycles = 0;
    double speedup = 0;  // over the baseline; 0: none
    std::string bound_by;
  };
  std::vector<Cell> machines;  // in the order of Comparison::machines
};

struct Comparison {
  std::vector<std::string> models;
  std::vector<ComparedMachine> machines;
  std::vector<ComparedRun> runs;       // model by model, machine by machine
  std::vector<std::size_t> baselines;  // by model: the first machine that runs every model, else the first that runs it
  std::vector<ComparedLayer> layers;   // empty where nothing shows them

  const ComparedRun& run(std::size_t model, std::size_t machine) const {
    return runs[model * machines.size() + machine];
  }
};

// `runs`: for each model every machine, in the same order; at least one runs each model.
Comparison compare(std::vector<std::string> models, std::vector<ComparedMachine> machines,
                   std::vector<ComparedRun> runs);

// Orders of a table. `given`: as the user named the machines; utilization and bytes: the best first. Equal ones stay as
// given.
enum class SortBy : std::uint8_t { given, cycles, array, utilization, bytes, name };
// The machines that run the model.
std::vector<std::size_t> sorted_machines(const Comparison& comparison, std::size_t model, SortBy by);

// Machines whose layers fit side by side into a table; of more, the totals alone are a person's view.
inline constexpr std::size_t kMachinesAcross = 3;

struct TextOptions {
  std::optional<SortBy> sort;  // default: given up to kMachinesAcross machines, else cycles
  bool all_layers = false;     // all layers of all machines
};
std::string text(const Comparison& comparison, const TextOptions& options);  // no line wider than 100
// `sort` orders the totals, model by model.
std::string json_text(const Comparison& comparison, SortBy sort);
std::string csv_text(const Comparison& comparison);  // the layers
std::string totals_csv_text(const Comparison& comparison, SortBy sort);

}  // namespace intloom::sim
