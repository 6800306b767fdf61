// Shapes of the model's inputs: the batch set to 1, symbolic dimensions to the user's values.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::graph {

inline constexpr std::int64_t kUnknownDim = -1;

struct InputShapes {
  std::map<std::string, Shape> shapes;            // by input
  std::map<std::string, std::int64_t> symbolic;   // values of symbolic dimensions, the batch's included
  std::map<std::string, std::string> batch_dims;  // as Graph::batch_dims
  std::optional<std::int64_t> fixed_batch;        // the batch that the file fixed and that became 1

  // A declared shape with these values in it; kUnknownDim where a dimension stays unknown. Nothing where the file
  // declares none. `carries_batch`: dimension 0 is 1 where it is the fixed batch.
  std::optional<Shape> resolve(const onnx::TypeProto& type, bool carries_batch) const;
};

// `inputs`: those without a constant. Rules of import_onnx.h; ModelError for missing, unknown or contradictory `dims`.
InputShapes resolve_inputs(const std::vector<const onnx::ValueInfoProto*>& inputs,
                           const std::map<std::string, std::int64_t>& dims);

}  // namespace intloom::graph
