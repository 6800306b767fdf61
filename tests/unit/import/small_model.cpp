#include "tests/unit/import/small_model.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <system_error>

#include "runtime/import/import_onnx.h"

namespace intloom::graph {
namespace {

std::string error_of_file(const std::string& path, const std::map<std::string, std::int64_t>& dims,
                          const std::map<std::string, TensorData>& constants) {
  try {
    import_onnx(path, dims, constants);
  } catch (const ModelError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind(path + ": ", 0), 0u) << "the message does not begin with the file: " << message;
    return message.substr(path.size() + 2);
  }
  return "none";
}

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, const std::string& name,
                                    onnx::AttributeProto::AttributeType type) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

SmallModel::SmallModel(std::int64_t opset) {
  proto.set_ir_version(8);
  proto.mutable_graph()->set_name("small");
  import_domain("", opset);
}

SmallModel& SmallModel::import_domain(const std::string& domain, std::int64_t version) {
  auto& import = *proto.add_opset_import();
  import.set_domain(domain);
  import.set_version(version);
  return *this;
}

void SmallModel::set_type(onnx::TypeProto& type, const std::vector<Dim>& dims, onnx::TensorProto::DataType element) {
  type.mutable_tensor_type()->set_elem_type(element);
  auto& shape = *type.mutable_tensor_type()->mutable_shape();
  for (const Dim& dim : dims) {
    auto& entry = *shape.add_dim();
    if (const auto* number = std::get_if<int>(&dim)) entry.set_dim_value(*number);
    if (const auto* number = std::get_if<std::int64_t>(&dim)) entry.set_dim_value(*number);
    if (const auto* symbol = std::get_if<const char*>(&dim); symbol != nullptr && **symbol != '\0') {
      entry.set_dim_param(*symbol);
    }
  }
}

SmallModel& SmallModel::input(const std::string& name, const std::vector<Dim>& dims, onnx::TensorProto::DataType type) {
  auto& info = *proto.mutable_graph()->add_input();
  info.set_name(name);
  set_type(*info.mutable_type(), dims, type);
  return *this;
}

SmallModel& SmallModel::output(const std::string& name) {
  proto.mutable_graph()->add_output()->set_name(name);
  return *this;
}

SmallModel& SmallModel::output(const std::string& name, const std::vector<Dim>& dims,
                               onnx::TensorProto::DataType type) {
  auto& info = *proto.mutable_graph()->add_output();
  info.set_name(name);
  set_type(*info.mutable_type(), dims, type);
  return *this;
}

SmallModel& SmallModel::value_info(const std::string& name, const std::vector<Dim>& dims,
                                   onnx::TensorProto::DataType type) {
  auto& info = *proto.mutable_graph()->add_value_info();
  info.set_name(name);
  set_type(*info.mutable_type(), dims, type);
  return *this;
}

SmallModel& SmallModel::floats(const std::string& name, const std::vector<std::int64_t>& dims, float fill) {
  auto& tensor = *proto.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (std::int64_t i = 0; i < element_count(dims); ++i) tensor.add_float_data(fill);
  return *this;
}

SmallModel& SmallModel::bytes(const std::string& name, const std::vector<std::int64_t>& dims,
                              onnx::TensorProto::DataType type, std::int32_t fill) {
  auto& tensor = *proto.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (std::int64_t i = 0; i < element_count(dims); ++i) tensor.add_int32_data(fill);
  return *this;
}

SmallModel& SmallModel::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  auto& tensor = *proto.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return *this;
}

onnx::NodeProto& SmallModel::node(const std::string& op, const std::vector<std::string>& inputs,
                                  const std::vector<std::string>& outputs, const std::string& name,
                                  const std::string& domain) {
  auto& node = *proto.mutable_graph()->add_node();
  node.set_op_type(op);
  node.set_name(name);
  node.set_domain(domain);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

Graph SmallModel::import(const std::map<std::string, std::int64_t>& dims,
                         const std::map<std::string, TensorData>& constants) const {
  const std::string path = temporary_path("model.onnx");
  write_file(path, proto.SerializeAsString());
  return import_onnx(path, dims, constants);
}

std::string SmallModel::error(const std::map<std::string, std::int64_t>& dims,
                              const std::map<std::string, TensorData>& constants) const {
  const std::string path = temporary_path("model.onnx");
  write_file(path, proto.SerializeAsString());
  return error_of_file(path, dims, constants);
}

void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  add_attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

void set(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  auto& attribute = add_attribute(node, name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

std::string temporary_path(const std::string& name) {
  // What tests leave there goes when the program ends.
  struct Leftovers {
    std::set<std::string> paths;
    ~Leftovers() {
      std::error_code ignored;
      for (const std::string& path : paths) std::filesystem::remove_all(path, ignored);
    }
  };
  static Leftovers leftovers;
  return *leftovers.paths.insert(testing::TempDir() + "intloom_" + std::to_string(getpid()) + "_" + name).first;
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::string import_error(const std::string& bytes) {
  const std::string path = temporary_path("bytes.onnx");
  write_file(path, bytes);
  return error_of_file(path, {}, {});
}

std::string committed(const std::string& name) {
  return std::string(INTLOOM_SOURCE_DIR) + "/tests/data/onnx_models/" + name;
}

std::string shared_models() {
  const char* set_by_user = std::getenv("INTLOOM_MODELS");
  const std::string folder =
      set_by_user != nullptr ? set_by_user : std::string(INTLOOM_SOURCE_DIR) + "/../shared/models";
  return std::filesystem::is_directory(folder) ? folder : "";
}

const Tensor& tensor_named(const Graph& graph, const std::string& name) {
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::out_of_range("no tensor '" + name + "'");
}

}  // namespace intloom::graph
