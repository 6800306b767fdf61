// What an EXEC computes that depends neither on its bytes nor on where its operands and sums lie: found once for all
// commands of one geometry (the tiles of a layer), and kept from one inference to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/dense_geometry.h"
#include "rtl_models/kernels/depthwise_geometry.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/packed_weights.h"

namespace intloom::kernels {

struct ExecPlan {
  ExecPlan(const isa::Exec& exec, const isa::MachineDescription& machine);

  // Whether the plan is that of `exec`, too.
  bool serves(const isa::Exec& exec) const;

  isa::Exec made_for;
  ExecShape shape;
  WeightPanels panels;
  bool always_fits;   // the operand types alone prove that every sum fits, where accumulators are overwritten
  bool idle_columns;  // some columns of some group have no channel
  std::optional<DenseGeometry> dense;  // either this
  std::optional<DepthwiseGeometry> depthwise;
};

using SharedPlan = std::shared_ptr<const ExecPlan>;

// Of one machine; for any number of threads.
class PlanStore {
 public:
  explicit PlanStore(const isa::MachineDescription& machine) : machine_(machine) {}

  // Makes `kept` the plan of `exec`, where it is not: one of the store or a new one.
  void find_or_make(const isa::Exec& exec, SharedPlan& kept);

 private:
  SharedPlan find_or_make(const isa::Exec& exec);

  isa::MachineDescription machine_;
  std::mutex mutex_;
  std::vector<SharedPlan> plans_;  // all, in no order
};

}  // namespace intloom::kernels
