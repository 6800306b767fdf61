#include "runtime/import/import_onnx.h"

#include <fmt/format.h>

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "runtime/import/attributes.h"
#include "runtime/import/check_quantization.h"
#include "runtime/import/declared_shapes.h"
#include "runtime/import/drop_unread.h"
#include "runtime/import/input_shapes.h"
#include "runtime/import/model_file.h"
#include "runtime/import/shape_inference.h"
#include "runtime/import/shape_values.h"
#include "runtime/import/tensor_proto.h"
#include "runtime/import/topological_order.h"

namespace intloom::graph {
namespace {

class Importer {
 public:
  Importer(const std::string& path, const std::map<std::string, std::int64_t>& dims,
           const std::map<std::string, TensorData>& constants)
      : dims_(dims), constants_(constants) {
    graph_.path = path;
  }

  Graph run() {
    read_model_file(graph_.path, file_);
    const onnx::ModelProto& model = file_.model;
    graph_.name = model.graph().name();
    graph_.sha256 = file_.sha256;
    graph_.producer = model.producer_name();
    graph_.opset = imported_version(model, "");
    if (model.graph().sparse_initializer_size() != 0) {
      throw ModelError(fmt::format("initializer '{}' is sparse, which cannot be read",
                                   model.graph().sparse_initializer(0).values().name()));
    }
    find_reads();
    add_initializers();
    add_inputs();
    add_nodes();
    add_outputs();
    drop_unread_constants(graph_);
    check_quantization(graph_);
    validate(graph_);
    return std::move(graph_);
  }

 private:
  onnx::GraphProto& model_graph() { return *file_.model.mutable_graph(); }

  void find_reads() {
    for (const auto& node : model_graph().node()) read_.insert(node.input().begin(), node.input().end());
    for (const auto& output : model_graph().output()) read_.insert(output.name());
  }

  TensorId add_tensor(Tensor tensor) {
    const auto id = static_cast<TensorId>(graph_.tensors.size());
    ids_.emplace(tensor.name, id);
    graph_.tensors.push_back(std::move(tensor));
    return id;
  }

  TensorId add_constant(const std::string& name, TensorData&& data) {
    Tensor tensor;
    tensor.name = name;
    tensor.type = data.type;
    tensor.shape = data.shape;
    tensor.constant = std::make_shared<const TensorData>(std::move(data));
    return add_tensor(std::move(tensor));
  }

  void add_initializers() {
    for (auto& proto : *model_graph().mutable_initializer()) {
      const std::string name = proto.name();  // taking the contents clears it
      if (name.empty()) throw ModelError("an initializer has no name");
      if (!known_.insert(name).second) throw ModelError(fmt::format("initializer '{}' is there twice", name));
      if (read_.count(name) == 0) continue;
      add_constant(name, take_tensor(proto, file_.folder, fmt::format("initializer '{}'", name)));
    }
  }

  void add_inputs() {
    std::vector<const onnx::ValueInfoProto*> inputs;
    std::unordered_set<std::string> seen;
    std::unordered_set<std::string> unused_constants;
    for (const auto& [name, data] : constants_) unused_constants.insert(name);
    for (const auto& input : model_graph().input()) {
      const std::string& name = input.name();
      if (name.empty()) throw ModelError("an input has no name");
      if (!seen.insert(name).second) throw ModelError(fmt::format("input '{}' is there twice", name));
      if (const auto given = constants_.find(name); given != constants_.end() && known_.insert(name).second) {
        unused_constants.erase(name);
        add_constant(name, TensorData(given->second));
      }
      if (known_.count(name) != 0) {  // an initializer listed as an input
        if (const auto id = ids_.find(name); id != ids_.end()) {
          check_declared(input, graph_.tensor(id->second), shapes_, "input");
        }
      } else {
        inputs.push_back(&input);
      }
    }
    if (!unused_constants.empty()) {
      throw ModelError(fmt::format("the model has no input '{}' to take a constant", *unused_constants.begin()));
    }
    shapes_ = resolve_inputs(inputs, dims_);
    graph_.symbolic_dims = shapes_.symbolic;
    graph_.batch_dims = shapes_.batch_dims;
    for (const auto* input : inputs) {
      Tensor tensor;
      tensor.name = input->name();
      tensor.type = require_data_type(input->type().tensor_type().elem_type(), fmt::format("input '{}'", tensor.name));
      tensor.shape = shapes_.shapes.at(tensor.name);
      known_.insert(tensor.name);
      graph_.inputs.push_back(add_tensor(std::move(tensor)));
    }
  }

  void add_nodes() {
    declared_ = std::make_unique<DeclaredShapes>(model_graph());
    inference_ = std::make_unique<ShapeInference>(graph_, graph_.opset);
    for (const int index : topological_order(model_graph(), known_)) add_node(*model_graph().mutable_node(index));
  }

  void add_node(onnx::NodeProto& proto) {
    Node node;
    node.name = unique_node_name(proto);
    node.op = proto.op_type();
    node.domain = normal_domain(proto.domain());
    const std::string what = node.domain.empty() ? fmt::format("node '{}' ({})", node.name, node.op)
                                                 : fmt::format("node '{}' ({}:{})", node.name, node.domain, node.op);
    if (proto.output_size() == 0) throw ModelError(fmt::format("{} has no outputs", what));
    if (node.op == "Constant" && node.domain.empty()) {
      if (proto.output_size() != 1) throw ModelError(fmt::format("{} has {} outputs", what, proto.output_size()));
      const std::string name = proto.output(0);
      if (read_.count(name) != 0) add_constant(name, take_constant(proto, file_.folder, what));
      return;
    }
    for (const std::string& name : proto.input()) node.inputs.push_back(name.empty() ? kNoTensor : ids_.at(name));
    refuse_subgraphs(proto, what);
    const auto outputs = infer(proto, node, what);
    if (fold_shape_arithmetic(proto, node, outputs)) return;
    for (int i = 0; i < proto.output_size(); ++i) {
      const InferredOutput& output = outputs[static_cast<std::size_t>(i)];
      node.outputs.push_back(
          proto.output(i).empty() ? kNoTensor : add_tensor({proto.output(i), output.type, output.shape, nullptr}));
    }
    note_alias(node);
    node.attributes = take_attributes(proto, file_.folder, what);
    graph_.nodes.push_back(std::move(node));
  }

  static void refuse_subgraphs(const onnx::NodeProto& proto, const std::string& what) {
    for (const auto& attribute : proto.attribute()) {
      if (!attribute.has_g() && attribute.graphs_size() == 0) continue;
      throw ModelError(fmt::format("{} has the subgraph '{}'; control flow (If, Loop, Scan) cannot run on the machine",
                                   what, attribute.name()));
    }
  }

  // Names of nodes need not be unique in ONNX, but people and reports tell layers by them.
  std::string unique_node_name(const onnx::NodeProto& proto) {
    std::string name = display_name(proto);
    if (node_names_.insert(name).second) return name;
    name = fmt::format("{}_{}", name, proto.output_size() != 0 ? proto.output(0) : "");
    while (!node_names_.insert(name).second) name += "_";
    return name;
  }

  std::vector<InferredOutput> infer(const onnx::NodeProto& proto, const Node& node, const std::string& what) {
    refuse_fixed_batch_reshape(proto, node, what);
    if (auto outputs = inference_->infer(proto, node.inputs, what)) return std::move(*outputs);
    // Not known to the package: the file itself may tell.
    std::vector<InferredOutput> outputs;
    for (const std::string& name : proto.output()) {
      InferredOutput output;
      if (!name.empty()) output = declared_->find(name, shapes_, what, graph_.opset);
      outputs.push_back(std::move(output));
    }
    return outputs;
  }

  // With the fixed batch set to 1, a Reshape to [N, -1] would silently split one inference into N rows.
  void refuse_fixed_batch_reshape(const onnx::NodeProto& proto, const Node& node, const std::string& what) const {
    if (!shapes_.fixed_batch || proto.op_type() != "Reshape" || node.inputs.size() < 2) return;
    if (node.inputs[1] == kNoTensor || !graph_.is_constant(node.inputs[1])) return;
    const TensorData& target = *graph_.tensor(node.inputs[1]).constant;
    if (target.type != DataType::int64 || target.size() == 0) return;
    if (element_as_int(target, 0) == *shapes_.fixed_batch) {
      throw ModelError(
          fmt::format("{} writes the batch of {} into its shape, but a batch runs as so many inferences: "
                      "export the model with batch 1 or a symbolic batch",
                      what, *shapes_.fixed_batch));
    }
  }

  // Shape -> Gather -> Concat ... become the constant they compute. Identity and Cast of constants stay nodes.
  bool fold_shape_arithmetic(const onnx::NodeProto& proto, const Node& node,
                             const std::vector<InferredOutput>& outputs) {
    if (!node.domain.empty() || outputs.size() != 1) return false;
    const bool is_copy = node.op == "Identity" || node.op == "Cast";
    bool from_shape = node.op == "Shape" || node.op == "Size";
    std::vector<ShapeOperand> operands;
    for (const TensorId id : node.inputs) {
      from_shape = from_shape || from_shape_.count(id) != 0;
      operands.push_back(id == kNoTensor ? ShapeOperand{}
                                         : ShapeOperand{&graph_.tensor(id).shape, graph_.tensor(id).constant.get()});
    }
    if (node.inputs.empty()) return false;
    const bool changes_type = node.inputs[0] != kNoTensor && graph_.tensor(node.inputs[0]).type != outputs[0].type;
    if (is_copy && !from_shape && !changes_type) return false;
    auto value = evaluate_shape_node(proto, operands, outputs[0].type, outputs[0].shape);
    if (!value) return false;
    const TensorId id = add_constant(proto.output(0), std::move(*value));
    if (from_shape) from_shape_.insert(id);
    return true;
  }

  void note_alias(const Node& node) {
    if ((node.op != "Identity" && node.op != "Cast") || !node.domain.empty() || node.inputs[0] == kNoTensor) return;
    if (graph_.tensor(node.inputs[0]).type != graph_.tensor(node.outputs[0]).type) return;
    inference_->alias(node.outputs[0], node.inputs[0]);
  }

  void add_outputs() {
    if (model_graph().output_size() == 0) throw ModelError("the model has no outputs");
    std::unordered_set<std::string> seen;
    for (const auto& output : model_graph().output()) {
      const auto found = ids_.find(output.name());
      if (found == ids_.end()) throw ModelError(fmt::format("output '{}' is made by no node", output.name()));
      if (!seen.insert(output.name()).second)
        throw ModelError(fmt::format("output '{}' is there twice", output.name()));
      check_declared(output, graph_.tensor(found->second), shapes_, "output");
      check_batched(output, graph_.tensor(found->second), shapes_);
      graph_.outputs.push_back(found->second);
    }
  }

  const std::map<std::string, std::int64_t>& dims_;
  const std::map<std::string, TensorData>& constants_;
  ModelFile file_;
  Graph graph_;
  InputShapes shapes_;
  std::unique_ptr<ShapeInference> inference_;
  std::unique_ptr<DeclaredShapes> declared_;
  std::unordered_map<std::string, TensorId> ids_;
  std::unordered_set<std::string> read_;   // names that a node or the outputs read
  std::unordered_set<std::string> known_;  // names of inputs and initializers
  std::unordered_set<std::string> node_names_;
  std::unordered_set<TensorId> from_shape_;  // constants that were folded from shapes
};

}  // namespace

Graph import_onnx(const std::string& path, const std::map<std::string, std::int64_t>& dims,
                  const std::map<std::string, TensorData>& constants) {
  try {
    return Importer(path, dims, constants).run();
  } catch (const ModelError& error) {
    throw ModelError(fmt::format("{}: {}", path, error.what()));
  }
}

}  // namespace intloom::graph
