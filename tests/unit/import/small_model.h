// Builds a small ONNX model in memory, and imports it through a file.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::graph {

using Dim = std::variant<int, std::int64_t, const char*>;  // a number, or a symbol's name; "" for an unnamed one

class SmallModel {
 public:
  explicit SmallModel(std::int64_t opset = 13);

  SmallModel& import_domain(const std::string& domain, std::int64_t version);
  SmallModel& input(const std::string& name, const std::vector<Dim>& dims,
                    onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT);
  SmallModel& output(const std::string& name);  // of undeclared type and shape
  SmallModel& output(const std::string& name, const std::vector<Dim>& dims,
                     onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT);
  SmallModel& value_info(const std::string& name, const std::vector<Dim>& dims,
                         onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT);

  // Initializers. `fill` goes into every element; without a list of dims the tensor is a scalar.
  SmallModel& floats(const std::string& name, const std::vector<std::int64_t>& dims, float fill = 0.5f);
  SmallModel& bytes(const std::string& name, const std::vector<std::int64_t>& dims, onnx::TensorProto::DataType type,
                    std::int32_t fill = 0);
  SmallModel& integers(const std::string& name, const std::vector<std::int64_t>& values);  // int64, one dimension

  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs, const std::string& name = "n",
                        const std::string& domain = "");

  Graph import(const std::map<std::string, std::int64_t>& dims = {},
               const std::map<std::string, TensorData>& constants = {}) const;
  // The message of the import's ModelError without the path before it; "none" where there is none.
  std::string error(const std::map<std::string, std::int64_t>& dims = {},
                    const std::map<std::string, TensorData>& constants = {}) const;

  onnx::ModelProto proto;

 private:
  static void set_type(onnx::TypeProto& type, const std::vector<Dim>& dims, onnx::TensorProto::DataType element);
};

void set(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set(onnx::NodeProto& node, const std::string& name, const std::string& value);
void set(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);

// A file of the running test program, its name unique to the process.
std::string temporary_path(const std::string& name);
void write_file(const std::string& path, const std::string& bytes);
// The message of importing a file of these bytes, as SmallModel::error.
std::string import_error(const std::string& bytes);

// Path of a committed model, and of the models that are there only on some machines ("" where they are not).
std::string committed(const std::string& name);
std::string shared_models();

const Tensor& tensor_named(const Graph& graph, const std::string& name);

}  // namespace intloom::graph
