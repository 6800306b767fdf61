#include "runtime/import/operator_shapes.h"

#include <onnx/defs/schema.h>
#include <onnx/defs/tensor_proto_util.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace intloom::graph {
namespace {

using Context = onnx::InferenceContext;
using onnx::TensorShapeProto;

const TensorShapeProto& shape_of(Context& context, std::size_t input) {
  if (!onnx::hasInputShape(context, input)) {
    throw std::runtime_error("input " + std::to_string(input) + " is absent");
  }
  return onnx::getInputShape(context, input);
}

std::int64_t int_attribute(Context& context, const char* name, std::int64_t otherwise) {
  const auto* attribute = context.getAttribute(name);
  return attribute != nullptr ? attribute->i() : otherwise;
}

std::int64_t normal_axis(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) {
    throw std::runtime_error("axis " + std::to_string(axis) + " is outside a rank of " + std::to_string(rank));
  }
  return axis < 0 ? axis + rank : axis;
}

void same_as_first(Context& context) { onnx::propagateShapeAndTypeFromFirstInput(context); }

void broadcast(Context& context, std::size_t type_from, std::initializer_list<std::size_t> inputs) {
  std::vector<const TensorShapeProto*> shapes;
  for (const std::size_t input : inputs) shapes.push_back(&shape_of(context, input));
  onnx::propagateElemTypeFromInputToOutput(context, type_from, 0);
  onnx::multidirectionalBroadcastShapeInference(shapes,
                                                *context.getOutputType(0)->mutable_tensor_type()->mutable_shape());
}

// A, A_scale, A_zero_point, B, B_scale, B_zero_point, C_scale, C_zero_point
void quantized_binary(Context& context) { broadcast(context, 0, {0, 3}); }
// condition, X, X_scale, X_zero_point, Y, Y_scale, Y_zero_point, Z_scale, Z_zero_point
void quantized_where(Context& context) { broadcast(context, 1, {0, 1, 4}); }

// The float operator's own function, for X, x_scale, x_zero_point, y_scale, y_zero_point and the same attributes.
void as_float_operator(Context& context, const char* op) {
  if (int_attribute(context, "channels_last", 0) != 0) throw std::runtime_error("channels_last cannot be read");
  const auto* schema = onnx::OpSchemaRegistry::Schema(op, 11, "");
  if (schema == nullptr) throw std::runtime_error(std::string("the onnx package lacks ") + op);
  schema->GetTypeAndShapeInferenceFunction()(context);
}
void quantized_average_pool(Context& context) { as_float_operator(context, "AveragePool"); }
void quantized_global_average_pool(Context& context) { as_float_operator(context, "GlobalAveragePool"); }

// Y_scale, Y_zero_point, then X, X_scale, X_zero_point for each input
void quantized_concat(Context& context) {
  if (context.getNumInputs() < 5 || (context.getNumInputs() - 2) % 3 != 0) {
    throw std::runtime_error("the inputs are not scale and zero point of the output, then three for each tensor");
  }
  TensorShapeProto result = shape_of(context, 2);
  if (context.getAttribute("axis") == nullptr) throw std::runtime_error("attribute 'axis' is missing");
  const auto axis = static_cast<int>(normal_axis(int_attribute(context, "axis", 0), result.dim_size()));
  for (std::size_t input = 5; input < context.getNumInputs(); input += 3) {
    const TensorShapeProto& shape = shape_of(context, input);
    if (shape.dim_size() != result.dim_size()) throw std::runtime_error("the inputs differ in rank");
    for (int i = 0; i < result.dim_size(); ++i) {
      if (i == axis) {
        result.mutable_dim(i)->set_dim_value(result.dim(i).dim_value() + shape.dim(i).dim_value());
      } else if (shape.dim(i).dim_value() != result.dim(i).dim_value()) {
        throw std::runtime_error("the inputs differ in dimension " + std::to_string(i) + ", which is not the axis");
      }
    }
  }
  onnx::propagateElemTypeFromInputToOutput(context, 2, 0);
  *context.getOutputType(0)->mutable_tensor_type()->mutable_shape() = result;
}

// A, a_scale, a_zero_point, B, b_scale, b_zero_point, [C], [y_scale, y_zero_point]; float without y_zero_point
void quantized_gemm(Context& context) {
  const TensorShapeProto &a = shape_of(context, 0), &b = shape_of(context, 3);
  if (a.dim_size() != 2 || b.dim_size() != 2) throw std::runtime_error("A and B are not matrices");
  const int trans_a = int_attribute(context, "transA", 0) != 0 ? 1 : 0;
  const int trans_b = int_attribute(context, "transB", 0) != 0 ? 1 : 0;
  if (a.dim(1 - trans_a).dim_value() != b.dim(trans_b).dim_value()) {
    throw std::runtime_error("A and B differ in the inner dimension");
  }
  const bool quantized = context.getNumInputs() > 8 && context.getInputType(8) != nullptr;
  if (quantized) {
    onnx::propagateElemTypeFromInputToOutput(context, 8, 0);
  } else {
    onnx::updateOutputElemType(context, 0, onnx::TensorProto::FLOAT);
  }
  auto* shape = context.getOutputType(0)->mutable_tensor_type()->mutable_shape();
  *shape->add_dim() = a.dim(trans_a);
  *shape->add_dim() = b.dim(1 - trans_b);
}

// x, scale, [zero_point]
void quantize(Context& context) {
  const bool has_zero_point = context.getNumInputs() > 2 && context.getInputType(2) != nullptr;
  if (has_zero_point) {
    onnx::propagateElemTypeFromInputToOutput(context, 2, 0);
  } else {
    onnx::updateOutputElemType(context, 0, onnx::TensorProto::UINT8);
  }
  *context.getOutputType(0)->mutable_tensor_type()->mutable_shape() = shape_of(context, 0);
}

void dequantize(Context& context) {
  onnx::updateOutputElemType(context, 0, onnx::TensorProto::FLOAT);
  *context.getOutputType(0)->mutable_tensor_type()->mutable_shape() = shape_of(context, 0);
}

// Since opset 18 (ReduceSum: 13) the axes are an optional input.
void reduce(Context& context) {
  const TensorShapeProto& input = shape_of(context, 0);
  std::vector<std::int64_t> axes;
  if (context.getNumInputs() > 1 && context.getInputType(1) != nullptr) {
    const auto* data = context.getInputData(1);
    if (data == nullptr) throw std::runtime_error("the axes are no constant");
    axes = onnx::ParseData<std::int64_t>(data);
  }
  const bool keep = int_attribute(context, "keepdims", 1) != 0;
  const bool all = axes.empty() && int_attribute(context, "noop_with_empty_axes", 0) == 0;
  std::vector<bool> reduced(static_cast<std::size_t>(input.dim_size()), all);
  for (const std::int64_t axis : axes) reduced[static_cast<std::size_t>(normal_axis(axis, input.dim_size()))] = true;
  onnx::propagateElemTypeFromInputToOutput(context, 0, 0);
  auto* shape = context.getOutputType(0)->mutable_tensor_type()->mutable_shape();
  for (int i = 0; i < input.dim_size(); ++i) {
    if (!reduced[static_cast<std::size_t>(i)]) {
      *shape->add_dim() = input.dim(i);
    } else if (keep) {
      shape->add_dim()->set_dim_value(1);
    }
  }
}

// Since opset 18 the number of parts may be an attribute: all equal but the last, which may be smaller.
void split(Context& context) {
  const TensorShapeProto& input = shape_of(context, 0);
  const auto axis = static_cast<int>(normal_axis(int_attribute(context, "axis", 0), input.dim_size()));
  const std::int64_t size = input.dim(axis).dim_value();
  const auto parts = static_cast<std::int64_t>(context.getNumOutputs());
  std::vector<std::int64_t> sizes;
  if (context.getNumInputs() > 1 && context.getInputType(1) != nullptr) {
    const auto* data = context.getInputData(1);
    if (data == nullptr) throw std::runtime_error("the sizes of the parts are no constant");
    sizes = onnx::ParseData<std::int64_t>(data);
  } else {
    if (int_attribute(context, "num_outputs", parts) != parts)
      throw std::runtime_error("num_outputs is not the number of outputs");
    const std::int64_t each = (size + parts - 1) / parts;
    for (std::int64_t i = 0; i < parts; ++i) sizes.push_back(std::clamp<std::int64_t>(size - i * each, 0, each));
  }
  std::int64_t sum = 0;
  for (const std::int64_t part : sizes) sum += part;
  if (static_cast<std::int64_t>(sizes.size()) != parts || sum != size) {
    throw std::runtime_error("the parts do not add up to the dimension of " + std::to_string(size));
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    onnx::propagateElemTypeFromInputToOutput(context, 0, i);
    auto* shape = context.getOutputType(i)->mutable_tensor_type()->mutable_shape();
    *shape = input;
    shape->mutable_dim(axis)->set_dim_value(sizes[i]);
  }
}

// Since opset 18 the pads may be those of some axes only.
void pad(Context& context) {
  const TensorShapeProto& input = shape_of(context, 0);
  const auto* data = context.getNumInputs() > 1 ? context.getInputData(1) : nullptr;
  if (data == nullptr) throw std::runtime_error("the pads are no constant");
  const auto pads = onnx::ParseData<std::int64_t>(data);
  std::vector<std::int64_t> axes;
  if (context.getNumInputs() > 3 && context.getInputType(3) != nullptr) {
    const auto* axes_data = context.getInputData(3);
    if (axes_data == nullptr) throw std::runtime_error("the axes are no constant");
    axes = onnx::ParseData<std::int64_t>(axes_data);
  } else {
    for (int i = 0; i < input.dim_size(); ++i) axes.push_back(i);
  }
  if (pads.size() != 2 * axes.size()) throw std::runtime_error("the pads are not two for each axis");
  onnx::propagateElemTypeFromInputToOutput(context, 0, 0);
  auto* shape = context.getOutputType(0)->mutable_tensor_type()->mutable_shape();
  *shape = input;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto* dim = shape->mutable_dim(static_cast<int>(normal_axis(axes[i], input.dim_size())));
    dim->set_dim_value(dim->dim_value() + pads[i] + pads[i + axes.size()]);
  }
}

struct Entry {
  std::int64_t since;  // first version of the operator set that this serves
  OperatorShape shape;
};
using Table = std::unordered_map<std::string, Entry>;

const Table& microsoft_operators() {
  static const Table table = {
      {"QLinearAdd", {1, quantized_binary}},
      {"QLinearMul", {1, quantized_binary}},
      {"QLinearWhere", {1, quantized_where}},
      {"QLinearAveragePool", {1, quantized_average_pool}},
      {"QLinearGlobalAveragePool", {1, quantized_global_average_pool}},
      {"QLinearConcat", {1, quantized_concat}},
      {"QLinearSigmoid", {1, same_as_first}},
      {"QLinearLeakyRelu", {1, same_as_first}},
      {"QLinearSoftmax", {1, same_as_first}},
      {"QGemm", {1, quantized_gemm}},
      {"QuantizeLinear", {1, quantize}},
      {"DequantizeLinear", {1, dequantize}},
  };
  return table;
}

const Table& changed_operators() {
  static const Table table = {
      {"ReduceL1", {18, reduce}},
      {"ReduceL2", {18, reduce}},
      {"ReduceLogSum", {18, reduce}},
      {"ReduceMax", {18, reduce}},
      {"ReduceMean", {18, reduce}},
      {"ReduceMin", {18, reduce}},
      {"ReduceProd", {18, reduce}},
      {"ReduceLogSumExp", {18, reduce}},
      {"ReduceSumSquare", {18, reduce}},
      {"Split", {18, split}},
      {"Pad", {18, pad}},
      {"Mish", {18, same_as_first}},
      {"Gelu", {20, same_as_first}},
      {"RMSNormalization", {23, same_as_first}},
  };
  return table;
}

}  // namespace

OperatorShape find_operator_shape(const std::string& domain, const std::string& op, std::int64_t opset,
                                  std::int64_t package_opset) {
  const Table& table = domain == "com.microsoft" ? microsoft_operators() : changed_operators();
  if (domain != "com.microsoft" && !domain.empty()) return nullptr;
  const auto found = table.find(op);
  if (found == table.end() || opset < found->second.since) return nullptr;
  if (domain.empty() && package_opset >= found->second.since) return nullptr;
  return found->second.shape;
}

}  // namespace intloom::graph
