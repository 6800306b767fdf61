#include "runtime/quant/as_int8.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/quant/float_folding.h"
#include "runtime/quant/lower.h"
#include "runtime/quant/lowering.h"

namespace intloom::quant {
namespace {

using graph::kNoTensor;
using GraphId = graph::TensorId;

bool is_quantized(const graph::Node& node) {
  return node.op == "QuantizeLinear" || node.op == "DequantizeLinear" || node.op == "DynamicQuantizeLinear" ||
         node.op == "ConvInteger" || node.op == "MatMulInteger" || node.op == "QGemm" ||
         node.op.rfind("QLinear", 0) == 0;
}

bool is_used(const graph::Graph& graph, const graph::Uses& uses, GraphId id) {
  if (id == kNoTensor) return false;
  if (!uses.consumers[static_cast<std::size_t>(id)].empty()) return true;
  for (const GraphId output : graph.outputs) {
    if (output == id) return true;
  }
  return false;
}

// A Dropout or BatchNormalization that computes with its batch.
void refuse_training(const graph::Graph& graph, const graph::Uses& uses, const graph::Node& node) {
  bool training = node.int_attribute("training_mode", 0) != 0;
  if (node.op == "Dropout" && Lowering::has_input(node, 2)) {
    const auto& mode = graph.tensor(node.inputs[2]).constant;
    training = mode == nullptr || graph::element_as_int(*mode, 0) != 0;
  }
  for (std::size_t i = 1; i < node.outputs.size(); ++i) training = training || is_used(graph, uses, node.outputs[i]);
  if (training)
    fail(node, "it is in training mode, or its further outputs are read. Remedy: export in evaluation mode");
}

class Quantizer {
 public:
  explicit Quantizer(const graph::Graph& graph)
      : graph_(graph), folding_(graph), uses_(graph::find_uses(graph)), result_(graph) {
    result_.nodes.clear();
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) read_as_.push_back(static_cast<GraphId>(i));
  }

  graph::Graph run() {
    for (const graph::Node& node : graph_.nodes) {
      if (is_quantized(node)) fail(node, "the network is quantized already; only float networks are taken as if int8");
    }
    for (const GraphId id : graph_.inputs) {
      const graph::Tensor& tensor = graph_.tensor(id);
      if (tensor.constant == nullptr && tensor.type == graph::DataType::float32) quantize(id);
    }
    for (const graph::Node& node : graph_.nodes) add(node);
    for (GraphId& id : result_.outputs) id = as_output(id);
    return std::move(result_);
  }

 private:
  void add(const graph::Node& node) {
    if (is_computed_from_constants(node)) {
      result_.nodes.push_back(node);
      return;
    }
    if (node.op == "BatchNormalization") {
      add_normalization(node);
    } else {
      graph::Node copy = node;
      for (std::size_t i = 0; i < copy.inputs.size(); ++i) copy.inputs[i] = read(node, i);
      if (node.op == "Dropout") make_identity(copy);
      result_.nodes.push_back(std::move(copy));
    }
    for (const GraphId id : node.outputs) {
      if (id == kNoTensor || graph_.tensor(id).type != graph::DataType::float32) continue;
      if (folding_.is_integer_edge(id)) quantize(id);
    }
  }

  bool is_computed_from_constants(const graph::Node& node) const {
    return !node.outputs.empty() && node.outputs[0] != kNoTensor && folding_.is_constant(node.outputs[0]);
  }

  void make_identity(graph::Node& node) {
    refuse_training(graph_, uses_, node);
    node.op = "Identity";
    node.inputs.resize(1);
    node.outputs.resize(1);
    node.attributes.clear();
  }

  // y = scale * (x - mean) / sqrt(variance + epsilon) + shift is x * a + b with constants.
  void add_normalization(const graph::Node& node) {
    if (folding_.is_folded_normalization(node)) {
      graph::Node identity = node;
      identity.inputs[0] = read(node, 0);
      make_identity(identity);
      result_.nodes.push_back(std::move(identity));
      return;
    }
    refuse_training(graph_, uses_, node);
    const graph::Shape shape = graph_.tensor(node.outputs[0]).shape;
    if (shape.size() < 2)
      fail(node, "its input has shape {}; supported are 2 dimensions and more", graph::to_string(shape));
    graph::Shape channels(shape.size() - 1, 1);
    channels[0] = shape[1];
    const GraphId product = add_tensor({node.name + "_product", graph::DataType::float32, shape, nullptr});
    const GraphId scale = add_zeros(node.name + "_scale", channels), shift = add_zeros(node.name + "_shift", channels);
    result_.nodes.push_back({node.name + "/Mul", "Mul", "", {read(node, 0), scale}, {product}, {}});
    result_.nodes.push_back({node.name + "/Add", "Add", "", {quantized(product), shift}, {node.outputs[0]}, {}});
  }

  // The tensor that stands for input `i` of a node.
  GraphId read(const graph::Node& node, std::size_t i) {
    const GraphId id = node.inputs[i];
    if (id == kNoTensor || !folding_.is_constant(id)) return id == kNoTensor ? id : read_as_[index(id)];
    if (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul") return i == 0 ? id : constant(id, false);
    if (node.op == "Add" && folding_.bias_input(node) == i) return constant(id, false);
    if (node.op == "Add" || node.op == "Sub" || node.op == "Mul" || node.op == "Max" || node.op == "Min" ||
        node.op == "Concat")
      return constant(id, true);
    return id;
  }

  // A dequantized constant in the shape of `id`: of zeros, or without elements.
  GraphId constant(GraphId id, bool zeros) {
    const auto known = constants_.find({id, zeros});
    if (known != constants_.end()) return known->second;
    const graph::Tensor& tensor = graph_.tensor(id);
    const std::string name = tensor.name + (zeros ? "_zeros" : "");
    const GraphId made =
        zeros ? add_zeros(name, tensor.shape) : add_constant(name, {graph::DataType::int8, tensor.shape, {}});
    constants_[{id, zeros}] = made;
    return made;
  }

  GraphId add_zeros(const std::string& name, const graph::Shape& shape) {
    return add_constant(name, graph::make_tensor(graph::DataType::int8, shape));
  }

  GraphId add_constant(const std::string& name, graph::TensorData data) {
    return dequantized(add_plain_constant(name + "_quantized", std::move(data)), name);
  }

  GraphId add_plain_constant(const std::string& name, graph::TensorData data) {
    const graph::DataType type = data.type;
    const graph::Shape shape = data.shape;
    return add_tensor({name, type, shape, std::make_shared<const graph::TensorData>(std::move(data))});
  }

  void quantize(GraphId id) { read_as_[index(id)] = quantized(id); }

  GraphId quantized(GraphId id) {
    const std::string name = result_.tensor(id).name;
    const GraphId integers =
        add_tensor({name + "_QuantizeLinear_Output", graph::DataType::int8, result_.tensor(id).shape, nullptr});
    add_notation("QuantizeLinear", name, id, integers);
    return dequantized(integers, name);
  }

  GraphId dequantized(GraphId integers, const std::string& name) {
    const GraphId made = add_tensor(
        {name + "_DequantizeLinear_Output", graph::DataType::float32, result_.tensor(integers).shape, nullptr});
    add_notation("DequantizeLinear", name, integers, made);
    return made;
  }

  void add_notation(const std::string& op, const std::string& name, GraphId from, GraphId to) {
    if (scale_ == kNoTensor) {
      graph::TensorData one = graph::make_tensor(graph::DataType::float32, {});
      *one.as<float>() = 1;
      scale_ = add_plain_constant("as_int8_scale", std::move(one));
      zero_point_ = add_plain_constant("as_int8_zero_point", graph::make_tensor(graph::DataType::int8, {}));
    }
    result_.nodes.push_back({name + "_" + op, op, "", {from, scale_, zero_point_}, {to}, {}});
  }

  // An output keeps its name, as in a quantized model.
  GraphId as_output(GraphId id) {
    const GraphId made = read_as_[index(id)];
    const bool is_input = uses_.producer[index(id)] < 0;
    if (made == id || is_input) return made;
    std::string& name = result_.tensors[index(id)].name;
    if (result_.tensors[index(made)].name == name + "_DequantizeLinear_Output") {
      result_.tensors[index(made)].name = name;
      name += "_QuantizeLinear_Input";
    }
    return made;
  }

  GraphId add_tensor(graph::Tensor tensor) {
    result_.tensors.push_back(std::move(tensor));
    return static_cast<GraphId>(result_.tensors.size()) - 1;
  }

  static std::size_t index(GraphId id) { return static_cast<std::size_t>(id); }

  const graph::Graph& graph_;
  const FloatFolding folding_;
  const graph::Uses uses_;
  graph::Graph result_;
  std::vector<GraphId> read_as_;  // by tensor of graph_: itself, or what is behind its DequantizeLinear
  std::map<std::pair<GraphId, bool>, GraphId> constants_;
  GraphId scale_ = kNoTensor, zero_point_ = kNoTensor;
};

}  // namespace

graph::Graph quantize_as_int8(const graph::Graph& graph) { return Quantizer(graph).run(); }

Network lower_as_int8(const graph::Graph& graph) {
  const graph::Graph quantized = quantize_as_int8(graph);
  Network network = lower(quantized);
  network.has_values = false;
  network.folded_quantize_nodes = network.folded_dequantize_nodes = 0;  // the model has none
  return network;
}

}  // namespace intloom::quant
