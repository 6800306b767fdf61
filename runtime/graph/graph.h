// A model as its file describes it: operators, tensors, constants, QuantizeLinear and DequantizeLinear included.
//
// Knows neither the file format (runtime/import makes it) nor hardware. Shapes are complete: symbolic dimensions are
// set at import, the batch (dimension 0 of every model input) always to 1; a batch runs as so many inferences.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace intloom::graph {

using Shape = std::vector<std::int64_t>;
std::int64_t element_count(const Shape& shape);  // ModelError where a dimension is negative or the product overflows
std::string to_string(const Shape& shape);       // "1x3x244x244"; "scalar" for rank 0

enum class DataType : std::uint8_t { float32, int8, uint8, int32, int64, boolean };
std::string_view data_type_name(DataType type);  // "int8", ...
std::size_t data_type_bytes(DataType type);

// A constant or a value: row-major elements of `type`, little-endian host order. A constant may be known by type and
// shape alone, without any bytes: weights of a layer list, which nothing can compute with.
struct TensorData {
  DataType type = DataType::float32;
  Shape shape;
  std::vector<std::uint8_t> bytes;

  std::int64_t size() const { return element_count(shape); }
  bool has_values() const { return !bytes.empty() || size() == 0; }
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(bytes.data());
  }
  template <class T>
  T* as() {
    return reinterpret_cast<T*>(bytes.data());
  }
};

TensorData make_tensor(DataType type, const Shape& shape);  // zeros
// Element i as double or as integer, whatever the integer or float type.
double element_as_double(const TensorData& data, std::int64_t i);
std::int64_t element_as_int(const TensorData& data, std::int64_t i);

using TensorId = std::int32_t;
inline constexpr TensorId kNoTensor = -1;  // an absent optional input

struct Tensor {
  std::string name;
  DataType type = DataType::float32;
  Shape shape;
  std::shared_ptr<const TensorData> constant;  // set for initializers and folded Constant nodes
};

using AttributeValue = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                                    std::vector<std::string>, std::shared_ptr<const TensorData>>;

struct Node {
  std::string name;              // as in the model; made from op and output name where the model has none
  std::string op;                // ONNX operator type
  std::string domain;            // "" for ai.onnx
  std::vector<TensorId> inputs;  // kNoTensor where absent
  std::vector<TensorId> outputs;
  std::map<std::string, AttributeValue> attributes;

  std::int64_t int_attribute(const std::string& key, std::int64_t otherwise) const;
  float float_attribute(const std::string& key, float otherwise) const;
  std::string string_attribute(const std::string& key, const std::string& otherwise) const;
  std::vector<std::int64_t> ints_attribute(const std::string& key, const std::vector<std::int64_t>& otherwise) const;
};

struct Graph {
  std::string name;
  std::string path;    // of the model's file
  std::string sha256;  // of the model's file
  std::string producer;
  std::int64_t opset = 0;  // of ai.onnx
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;       // in topological order
  std::vector<TensorId> inputs;  // without initializers
  std::vector<TensorId> outputs;
  std::map<std::string, std::int64_t> symbolic_dims;  // name -> value used
  // Inputs that carry the batch: input name -> dimension 0 in the file ("N", "8"; "?" where unnamed), here 1.
  std::map<std::string, std::string> batch_dims;

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
  bool is_constant(TensorId id) const { return id != kNoTensor && tensor(id).constant != nullptr; }
};

// For each tensor the node that makes it (-1: input or constant) and the nodes that read it.
struct Uses {
  std::vector<std::int32_t> producer;
  std::vector<std::vector<std::int32_t>> consumers;
};
Uses find_uses(const Graph& graph);

// Throws ModelError unless tensor names are unique and not empty, every id is in range, each tensor has one origin
// (input, constant or node), nodes stand in topological order, and constants agree with their tensor's type and shape
// and have values for all of it, or for none.
void validate(const Graph& graph);

// The user's model is at fault: names the node or tensor, what was expected, and where it can be told the remedy.
class ModelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace intloom::graph
