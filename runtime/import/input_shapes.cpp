#include "runtime/import/input_shapes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "runtime/import/tensor_proto.h"

namespace intloom::graph {
namespace {

using Dimension = onnx::TensorShapeProto::Dimension;
using Inputs = std::vector<const onnx::ValueInfoProto*>;

// Some exporters write -1 for an unnamed dimension.
bool is_fixed(const Dimension& dim) { return dim.has_dim_value() && dim.dim_value() != -1; }

std::string symbol_of(const onnx::ValueInfoProto& input, int index) {
  const Dimension& dim = input.type().tensor_type().shape().dim(index);
  return dim.dim_param().empty() ? fmt::format("{}[{}]", input.name(), index) : dim.dim_param();
}

const onnx::TensorShapeProto& shape_of(const onnx::ValueInfoProto& input) {
  if (!input.type().has_tensor_type()) throw ModelError(fmt::format("input '{}' is no tensor", input.name()));
  if (!input.type().tensor_type().has_shape()) {
    throw ModelError(fmt::format("input '{}' has no shape: export the model with shapes of its inputs", input.name()));
  }
  return input.type().tensor_type().shape();
}

struct BatchKinds {
  bool symbolic = false, one = false;
  std::set<std::int64_t> fixed;  // greater than 1
};

BatchKinds find_batch(const Inputs& inputs) {
  BatchKinds kinds;
  for (const auto* input : inputs) {
    const auto& shape = shape_of(*input);
    if (shape.dim_size() == 0) continue;
    const Dimension& dim = shape.dim(0);
    if (!is_fixed(dim)) {
      kinds.symbolic = true;
    } else if (dim.dim_value() == 1) {
      kinds.one = true;
    } else {
      kinds.fixed.insert(dim.dim_value());
    }
  }
  return kinds;
}

void set_batch(const Inputs& inputs, InputShapes& result) {
  const BatchKinds kinds = find_batch(inputs);
  const bool fixed_batch = !kinds.symbolic && !kinds.one && !kinds.fixed.empty();
  if (fixed_batch && kinds.fixed.size() > 1) {
    throw ModelError(
        fmt::format("the inputs disagree about the batch: their first dimensions are {}; a batch runs as so "
                    "many inferences, so all inputs need the same, a symbolic one, or 1",
                    fmt::join(kinds.fixed, ", ")));
  }
  if (fixed_batch) result.fixed_batch = *kinds.fixed.begin();
  for (const auto* input : inputs) {
    const auto& shape = shape_of(*input);
    if (shape.dim_size() == 0) continue;
    const Dimension& dim = shape.dim(0);
    if (!is_fixed(dim)) {
      result.batch_dims[input->name()] = dim.dim_param().empty() ? "?" : dim.dim_param();
      result.symbolic[symbol_of(*input, 0)] = 1;
    } else if (fixed_batch) {
      result.batch_dims[input->name()] = std::to_string(dim.dim_value());
    }
  }
}

std::set<std::string> symbols(const Inputs& inputs) {
  std::set<std::string> names;
  for (const auto* input : inputs) {
    const auto& shape = shape_of(*input);
    for (int i = 0; i < shape.dim_size(); ++i) {
      if (!is_fixed(shape.dim(i))) names.insert(symbol_of(*input, i));
    }
  }
  return names;
}

void set_dims(const Inputs& inputs, const std::map<std::string, std::int64_t>& dims, InputShapes& result) {
  const std::set<std::string> names = symbols(inputs);
  for (const auto& [name, value] : dims) {
    if (names.count(name) == 0) {
      throw ModelError(fmt::format(
          "--dim {}={}: the model has no symbolic dimension of that name; {}", name, value,
          names.empty() ? "all its dimensions are fixed" : fmt::format("it has {}", fmt::join(names, ", "))));
    }
    if (value < 1) throw ModelError(fmt::format("--dim {}={}: a dimension is at least 1", name, value));
    const auto [known, is_new] = result.symbolic.emplace(name, value);
    if (!is_new && known->second != value) {
      throw ModelError(
          fmt::format("--dim {}={}: '{}' is the batch, which is 1 in every inference; give an input of {} "
                      "instead, it runs as so many inferences",
                      name, value, name, value));
    }
  }
}

Shape input_shape(const onnx::ValueInfoProto& input, const InputShapes& result) {
  const auto& declared = shape_of(input);
  const bool batched = result.batch_dims.count(input.name()) != 0;
  Shape shape;
  for (int i = 0; i < declared.dim_size(); ++i) {
    if (i == 0 && batched) {
      shape.push_back(1);
    } else if (is_fixed(declared.dim(i))) {
      const std::int64_t dim = declared.dim(i).dim_value();
      if (dim < 1) throw ModelError(fmt::format("input '{}' has the dimension {}", input.name(), dim));
      shape.push_back(dim);
    } else {
      const std::string symbol = symbol_of(input, i);
      const auto known = result.symbolic.find(symbol);
      if (known == result.symbolic.end()) {
        throw ModelError(fmt::format("input '{}': dimension {} is symbolic, '{}': give its value with --dim '{}=N'",
                                     input.name(), i, symbol, symbol));
      }
      shape.push_back(known->second);
    }
  }
  check_shape(shape, fmt::format("input '{}'", input.name()));
  return shape;
}

}  // namespace

std::optional<Shape> InputShapes::resolve(const onnx::TypeProto& type, bool carries_batch) const {
  if (!type.has_tensor_type() || !type.tensor_type().has_shape()) return std::nullopt;
  Shape shape;
  for (const Dimension& dim : type.tensor_type().shape().dim()) {
    std::int64_t value = is_fixed(dim) ? dim.dim_value() : kUnknownDim;
    const auto known = symbolic.find(dim.dim_param());
    if (dim.has_dim_param() && known != symbolic.end()) value = known->second;
    if (shape.empty() && carries_batch && fixed_batch && value == *fixed_batch) value = 1;
    shape.push_back(value);
  }
  return shape;
}

InputShapes resolve_inputs(const std::vector<const onnx::ValueInfoProto*>& inputs,
                           const std::map<std::string, std::int64_t>& dims) {
  InputShapes result;
  set_batch(inputs, result);
  set_dims(inputs, dims, result);
  for (const auto* input : inputs) result.shapes[input->name()] = input_shape(*input, result);
  return result;
}

}  // namespace intloom::graph
