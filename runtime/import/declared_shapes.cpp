#include "runtime/import/declared_shapes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "runtime/import/tensor_proto.h"

namespace intloom::graph {
namespace {

// A declared shape and an inferred one agree where the declared one is known.
bool agree(const Shape& declared, const Shape& inferred) {
  return declared.size() == inferred.size() &&
         std::equal(declared.begin(), declared.end(), inferred.begin(),
                    [](std::int64_t a, std::int64_t b) { return a == kUnknownDim || a == b; });
}

}  // namespace

void check_declared(const onnx::ValueInfoProto& declared, const Tensor& tensor, const InputShapes& shapes,
                    const char* kind) {
  if (!declared.type().has_tensor_type()) return;
  const int type = declared.type().tensor_type().elem_type();
  if (type != onnx::TensorProto::UNDEFINED && type != onnx_type_of(tensor.type)) {
    throw ModelError(fmt::format("{} '{}' is declared {}, but is {}", kind, tensor.name, onnx_type_name(type),
                                 data_type_name(tensor.type)));
  }
  const auto shape = shapes.resolve(declared.type(), true);
  if (!shape || agree(*shape, tensor.shape)) return;
  std::vector<std::string> dims;
  for (const std::int64_t dim : *shape) dims.push_back(dim == kUnknownDim ? "?" : std::to_string(dim));
  throw ModelError(fmt::format("{} '{}' is declared {}, but is {}", kind, tensor.name,
                               dims.empty() ? "scalar" : fmt::format("{}", fmt::join(dims, "x")),
                               to_string(tensor.shape)));
}

void check_batched(const onnx::ValueInfoProto& output, const Tensor& tensor, const InputShapes& shapes) {
  if (!shapes.fixed_batch) return;
  const auto& declared = output.type().tensor_type().shape();
  const bool other =
      declared.dim_size() != 0 && declared.dim(0).has_dim_value() && declared.dim(0).dim_value() != *shapes.fixed_batch;
  if (!tensor.shape.empty() && tensor.shape[0] == 1 && !other) return;
  throw ModelError(
      fmt::format("output '{}' does not have the batch of {} in its first dimension, as the inputs have; a "
                  "batch runs as so many inferences: export the model with batch 1",
                  output.name(), *shapes.fixed_batch));
}

DeclaredShapes::DeclaredShapes(const onnx::GraphProto& graph) {
  for (const auto& output : graph.output()) types_.emplace(output.name(), &output.type());
  for (const auto& info : graph.value_info()) types_.emplace(info.name(), &info.type());
}

InferredOutput DeclaredShapes::find(const std::string& tensor, const InputShapes& shapes, const std::string& what,
                                    std::int64_t opset) const {
  const auto found = types_.find(tensor);
  const auto shape = found != types_.end() ? shapes.resolve(*found->second, true) : std::nullopt;
  if (!shape || std::count(shape->begin(), shape->end(), kUnknownDim) != 0) {
    throw ModelError(
        fmt::format("{}: no operator of that name is known in opset {}, and the model does not tell the "
                    "shape of its output '{}'",
                    what, opset, tensor));
  }
  const std::string output = fmt::format("{}: output '{}'", what, tensor);
  check_shape(*shape, output);
  return {require_data_type(found->second->tensor_type().elem_type(), output), *shape};
}

}  // namespace intloom::graph
