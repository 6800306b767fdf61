// The checks of a run, summed over inferences: integers against the integer oracle, machine against exact rounding,
// integers against float. Definitions: docs/statistics.md.
#pragma once

#include <memory>
#include <vector>

#include "runtime/check/tally.h"
#include "runtime/reference/integer_reference.h"
#include "sim/session/reference_cache.h"
#include "sim/session/session.h"

namespace intloom::sim {

// True when the machine's arithmetic is not that of 31-bit multipliers rounded half to even with int32 sums, so that
// its price in accuracy is worth showing.
bool is_inexact(const isa::MachineDescription& machine);

class RunChecks {
 public:
  RunChecks(const Workload& workload, const isa::MachineDescription& machine, const InputData& input,
            const RunOptions& options);

  // `tensors`: one inference's integers by tensor id, as the machine left them.
  void add(std::int64_t inference, const std::vector<reference::IntegerTensor>& inputs,
           const std::vector<reference::IntegerTensor>& tensors);

  // Fills in the run's checks and those of its layers.
  void finish(const compile::Program& program, RunResult& result) const;

 private:
  struct LayerTallies {
    check::IntegerComparison integer, exact;
    check::FloatTally float_qdq;
    bool has_float = false;
  };

  void add_integers(const std::vector<reference::IntegerTensor>& tensors,
                    const std::vector<reference::IntegerTensor>& expected,
                    check::IntegerComparison LayerTallies::*tally, IntegerCheck& total);
  void add_float_graph(std::int64_t inference, const std::vector<reference::IntegerTensor>& tensors);
  void add_float_model(std::int64_t inference, const std::vector<reference::IntegerTensor>& tensors);
  void add_labels(std::int64_t inference, const std::vector<reference::IntegerTensor>& tensors);
  std::vector<float> output_as_float(std::size_t output, const std::vector<reference::IntegerTensor>& tensors) const;
  std::map<std::string, graph::TensorData> float_inputs(const graph::Graph& graph, std::int64_t inference) const;
  bool has_classes() const;

  const Workload& workload_;
  const isa::MachineDescription& machine_;
  const InputData& input_;
  const RunOptions& options_;
  ReferenceCache no_cache_{0};
  ReferenceCache& references_;
  std::vector<LayerTallies> layers_;          // by network layer
  std::vector<std::string> reference_names_;  // of each layer's output in the graph; empty: none
  std::optional<IntegerCheck> integer_, exact_;
  check::FloatTally qdq_outputs_, model_outputs_;
  FloatCheck qdq_counts_, model_counts_;
  std::int64_t labels_right_ = 0, labels_total_ = 0, float_labels_right_ = 0;
};

}  // namespace intloom::sim
