#include "runtime/import/shape_inference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>

#include "runtime/import/model_file.h"
#include "runtime/import/operator_checks.h"
#include "runtime/import/operator_context.h"
#include "runtime/import/operator_shapes.h"
#include "runtime/import/tensor_proto.h"

namespace intloom::graph {
namespace {

// Larger constants are no shapes, axes or scales: inference never looks at them.
constexpr std::int64_t kMaxInferenceData = 1024;

std::int64_t newest_package_opset() {
  const auto& versions = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
  const auto found = versions.find("");
  return found == versions.end() ? 0 : found->second.second;
}

std::string list_inputs(const Graph& graph, const std::vector<TensorId>& inputs) {
  std::vector<std::string> texts;
  for (const TensorId id : inputs) {
    if (id == kNoTensor) {
      texts.emplace_back("absent");
    } else {
      const Tensor& tensor = graph.tensor(id);
      texts.push_back(fmt::format("{} {}", data_type_name(tensor.type), to_string(tensor.shape)));
    }
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

// Without the package's own labels.
std::string plain(std::string message) {
  for (const std::string_view label : {"[ShapeInferenceError] ", "[TypeInferenceError] "}) {
    const auto at = message.find(label);
    if (at != std::string::npos) message.erase(at, label.size());
  }
  return message;
}

bool infer_by_package(const onnx::OpSchema& schema, OperatorContext& context) {
  if (schema.has_type_and_shape_inference_function()) {
    schema.GetTypeAndShapeInferenceFunction()(context);
    return true;
  }
  if (!schema.HasFunction()) return false;
  onnx::shape_inference::InferShapeForFunctionNode(*schema.GetFunction(), onnx::OpSchemaRegistry::Instance(), context);
  return true;
}

InferredOutput read_output(const onnx::TypeProto& type, const std::string& tensor, const std::string& what) {
  const std::string output = fmt::format("{}: output '{}'", what, tensor);
  if (type.value_case() != onnx::TypeProto::kTensorType) {
    throw ModelError(fmt::format("{} is no plain tensor, or its type does not follow from the inputs", output));
  }
  InferredOutput result;
  result.type = require_data_type(type.tensor_type().elem_type(), output);
  if (!type.tensor_type().has_shape()) {
    throw ModelError(fmt::format("{}: its shape depends on data, and shapes must be known before the run", output));
  }
  for (const auto& dim : type.tensor_type().shape().dim()) {
    if (!dim.has_dim_value()) {
      throw ModelError(fmt::format("{}: its dimension {} depends on data, and shapes must be known before the run",
                                   output, result.shape.size()));
    }
    result.shape.push_back(dim.dim_value());
  }
  check_shape(result.shape, output);
  return result;
}

}  // namespace

struct ShapeInference::Known {
  onnx::TypeProto type;
  std::shared_ptr<const TensorData> value;
  std::unique_ptr<onnx::TensorProto> data;
};

ShapeInference::ShapeInference(const Graph& graph, std::int64_t opset)
    : graph_(graph), opset_(opset), package_opset_(newest_package_opset()) {}

ShapeInference::~ShapeInference() = default;

ShapeInference::Known& ShapeInference::known(TensorId id) {
  const auto index = static_cast<std::size_t>(id);
  if (index >= known_.size()) known_.resize(graph_.tensors.size());
  if (!known_[index]) {
    const Tensor& tensor = graph_.tensor(id);
    auto entry = std::make_unique<Known>();
    auto* type = entry->type.mutable_tensor_type();
    type->set_elem_type(onnx_type_of(tensor.type));
    type->mutable_shape();  // a scalar has a shape, too
    for (const std::int64_t dim : tensor.shape) type->mutable_shape()->add_dim()->set_dim_value(dim);
    entry->value = tensor.constant;
    known_[index] = std::move(entry);
  }
  return *known_[index];
}

const onnx::TypeProto* ShapeInference::type_of(TensorId id) { return id == kNoTensor ? nullptr : &known(id).type; }

const onnx::TensorProto* ShapeInference::data_of(TensorId id) {
  if (id == kNoTensor) return nullptr;
  Known& entry = known(id);
  if (!entry.value || entry.value->size() > kMaxInferenceData) return nullptr;
  if (!entry.data) {
    entry.data = std::make_unique<onnx::TensorProto>();
    entry.data->set_name(graph_.tensor(id).name);
    entry.data->set_data_type(onnx_type_of(entry.value->type));
    for (const std::int64_t dim : entry.value->shape) entry.data->add_dims(dim);
    entry.data->set_raw_data(entry.value->bytes.data(), entry.value->bytes.size());
  }
  return entry.data.get();
}

void ShapeInference::alias(TensorId copy, TensorId original) { known(copy).value = known(original).value; }

std::optional<std::vector<InferredOutput>> ShapeInference::infer(const onnx::NodeProto& node,
                                                                 const std::vector<TensorId>& inputs,
                                                                 const std::string& what) {
  const std::string domain = normal_domain(node.domain());
  const OperatorShape own = find_operator_shape(domain, node.op_type(), opset_, package_opset_);
  const onnx::OpSchema* schema =
      domain.empty() ? onnx::OpSchemaRegistry::Schema(node.op_type(), static_cast<int>(opset_), domain) : nullptr;
  // The package's function for STFT reads beyond malformed operands.
  const bool usable = schema != nullptr && !schema->Deprecated() && node.op_type() != "STFT";
  if (own == nullptr && !usable) return std::nullopt;

  KnownInputs known_inputs;
  for (const TensorId id : inputs) {
    known_inputs.types.push_back(type_of(id));
    known_inputs.data.push_back(data_of(id));
  }
  OperatorContext context(node, known_inputs);
  try {
    if (own == nullptr) check_against_schema(node, *schema, opset_, package_opset_);
    check_operands(node, graph_, inputs);
    if (own != nullptr) {
      own(context);
    } else {
      if (!infer_by_package(*schema, context)) return std::nullopt;
      if (opset_ <= package_opset_) schema->CheckInputOutputType(context);
    }
  } catch (const std::exception& error) {
    throw ModelError(fmt::format("{}: {} (inputs: {})", what, plain(error.what()), list_inputs(graph_, inputs)));
  }
  std::vector<InferredOutput> outputs(static_cast<std::size_t>(node.output_size()));
  for (int i = 0; i < node.output_size(); ++i) {
    if (node.output(i).empty()) continue;
    outputs[static_cast<std::size_t>(i)] =
        read_output(*context.getOutputType(static_cast<std::size_t>(i)), node.output(i), what);
  }
  settle_results(node, graph_, inputs, outputs, what);
  return outputs;
}

}  // namespace intloom::graph
