// One simulation: builds a machine at a fidelity, loads a program, runs it on each inference of the input, collects.
//
// No printing, no files but the trace: sim/cli drives it, sim/report shows what it returns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/check/compare_tensors.h"
#include "runtime/compile/program.h"
#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"
#include "sim/stats/statistics.h"

namespace intloom::sim {

// A model imported, folded and (for one machine at a time) compiled.
struct Workload {
  graph::Graph graph;
  quant::Network network;
};

// Input of a run: for each model input its data with a leading batch dimension, in the model's type (float32, or the
// quantized type).
struct InputData {
  std::map<std::string, graph::TensorData> tensors;  // by input name; dimension 0 is the number of inferences
  std::string source;                                // "digits.npz" or "generated, seed 1"
  std::int64_t inferences = 1;
};

struct TraceOptions {
  std::string path;                               // .vcd; empty: no trace
  std::int64_t first_cycle = 0, last_cycle = -1;  // -1: to the end
  std::int64_t first_layer = 0, last_layer = -1;
  std::string scope;  // instance path prefix, e.g. "core0.array"; empty: all
};

struct Progress {
  std::int64_t inference = 0, inferences = 1;
  std::string layer;
  std::int64_t layer_index = 0, layers = 0, cycle = 0;
};

enum class Checks : std::uint8_t { all, integer, none };

// fast: the timed graph of commands with host kernels; cycle: clocked SystemC. Same integers, cycles and counters.
enum class Fidelity : std::uint8_t { fast, cycle };
std::string_view fidelity_name(Fidelity fidelity);

class ReferenceCache;  // reference_cache.h

struct RunOptions {
  Fidelity fidelity = Fidelity::fast;  // a trace makes it cycle
  bool values = true;                  // false: cycles only (fast fidelity); no outputs, checks, saturations, overflows
  int threads = 1;                     // of fast fidelity's kernels
  Checks checks = Checks::all;
  TraceOptions trace;
  bool statistics = true;                     // of the blocks; false: none
  bool keep_tensors = false;                  // --dump tensors
  const graph::Graph* float_model = nullptr;  // --reference
  std::optional<std::vector<std::int64_t>> labels;
  std::optional<std::map<std::string, graph::TensorData>> expected;  // --expected: recorded outputs by name
  ReferenceCache* references = nullptr;  // of this workload and input, from runs on other machines; may be null
  std::function<void(const Progress&)> progress;  // may be empty
  std::function<void(const std::string&)> note;   // what is worth knowing before the run: the size of a waveform
};

struct IntegerCheck {
  check::IntegerComparison total;
  std::string first_tensor;  // where the first difference lies
  std::string worst_layer;
};

struct FloatCheck {
  check::FloatComparison outputs;  // of the model's outputs, over all inferences
  std::string worst_layer;         // by SQNR
  double worst_layer_sqnr_db = 0;
  std::int64_t top1_agrees = 0, top1_total = 0;  // where there are classes (an output [N, classes])
};

// The model's outputs against recorded ones (of ONNX Runtime, of the user's own reference).
struct ExpectedCheck {
  std::int64_t elements = 0, differences = 0;
  double max_abs_lsb = 0;                    // largest difference in LSB of the output
  std::optional<std::int64_t> labels_right;  // top-1 of the recorded outputs, with labels
};

struct LayerResult {
  std::string name, op, mapping;
  std::int64_t mapping_cost_cycles = 0;  // estimated: compile::ProgramLayer, as the three below
  std::string runner_up;
  std::int64_t runner_up_cost_cycles = 0, mappings_compared = 0;
  std::int64_t start_cycle = 0, end_cycle = 0, cycles = 0, macs = 0;
  double mac_utilization = 0;
  std::string bound_by;
  std::map<std::string, std::int64_t>
      stalls;  // the array's cycles of this layer by cause, compute included: sum = cycles
  std::int64_t dram_read_bytes = 0, dram_write_bytes = 0;
  std::int64_t saturations = 0, overflows = 0;
  std::optional<check::IntegerComparison> integer;  // against the integer oracle
  std::optional<check::IntegerComparison> exact;    // against exact rounding (where the machine's differs)
  std::optional<check::FloatComparison> float_qdq;  // against the QDQ graph in float
};

struct OutputResult {
  std::string name;
  graph::TensorData data;  // with the batch dimension, in the model's type
};

struct DumpedTensor {
  std::string tensor, quantized_tensor, layer;
  graph::TensorData data;  // integers, first inference
  float scale = 1;
  std::int32_t zero_point = 0;
};

struct RunResult {
  Fidelity fidelity = Fidelity::fast;
  bool values = true;
  std::int64_t cycles = 0;  // of one inference (every inference takes the same)
  std::int64_t inferences = 1;
  std::int64_t macs = 0;
  double time_us = 0;  // cycles * clock period
  double mac_utilization = 0;
  std::vector<LayerResult> layers;
  std::vector<UnitStatistics> units;
  std::vector<Statistic> statistics;
  std::map<std::string, std::int64_t> split;  // the array's cycles by cause; sum = cycles
  std::vector<OutputResult> outputs;
  std::vector<DumpedTensor> tensors;
  std::optional<IntegerCheck> integer_check;
  std::optional<IntegerCheck> exact_check;  // price of a requantizer that is not exact
  std::optional<FloatCheck> float_qdq, float_model;
  std::optional<ExpectedCheck> expected;
  std::optional<std::int64_t> labels_right, labels_total;  // machine's top-1 against labels
  std::optional<std::int64_t> float_labels_right;          // of the float model, where given
  double host_seconds = 0;
  std::vector<std::string> written_files;
};

// The simulated machine failed (exit code 3): deadlock, cycle limit, fault; the text has the units' state.
class MachineFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A part of the waveform was asked for that the machine or the program does not have.
class WaveSelectionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Imports and folds. `dims`: values of symbolic dimensions. `as_int8`: a float network taken as if it were int8,
// without values; so is a layer list in CSV, always. Throws graph::ModelError.
Workload load_workload(const std::string& path, const std::map<std::string, std::int64_t>& dims, bool as_int8 = false);

// Whether such a workload has shapes only: it runs with values off.
bool is_weightless(const std::string& path, bool as_int8);

// The machine with `rounding: model` resolved to that of the model's runtime.
isa::MachineDescription resolve_rounding(const isa::MachineDescription& machine, const Workload& workload);

RunResult run(const Workload& workload, const compile::Program& program, const isa::MachineDescription& machine,
              const InputData& input, const RunOptions& options);

}  // namespace intloom::sim
