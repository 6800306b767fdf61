// Damaged models: whatever the bytes, the outcome is a graph or a ModelError.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

std::string file_bytes(const std::string& name) {
  std::ifstream file(committed(name), std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> bytes = {
      file_bytes("qdq_u8s8_per_channel_opset11.onnx"), file_bytes("qoperator_u8u8.onnx"),
      file_bytes("shape_arithmetic_opset17.onnx"), file_bytes("changed_in_18.onnx"), file_bytes("ceil_pools.onnx")};
  return bytes;
}

// The same inputs on every run, unless the user's RC_PARAMS says otherwise.
const bool kSeeded = setenv("RC_PARAMS", "seed=20 max_success=400", 0) == 0;

// Any other exception, or a crash, fails the property.
void import_bytes(const std::string& bytes) {
  RC_ASSERT(kSeeded);
  const std::string path = temporary_path("fuzz.onnx");
  write_file(path, bytes);
  try {
    validate(import_onnx(path));
  } catch (const ModelError&) {
  }
}

RC_GTEST_PROP(DamagedModels, TruncatedAnywhere, ()) {
  std::string bytes = *rc::gen::elementOf(seeds());
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  import_bytes(bytes);
}

RC_GTEST_PROP(DamagedModels, WithBytesChanged, ()) {
  std::string bytes = *rc::gen::elementOf(seeds());
  const int changes = *rc::gen::inRange(1, 5);
  for (int i = 0; i < changes; ++i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
  }
  import_bytes(bytes);
}

// Numbers that sit at the edges of what code divides by, indexes with or allocates.
rc::Gen<std::int64_t> hostile_number() {
  return rc::gen::element<std::int64_t>(0, 1, -1, 2, 3, -2, 7, 1 << 16, std::int64_t{1} << 31, -(std::int64_t{1} << 31),
                                        std::int64_t{1} << 40, std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::int64_t>::min());
}

void damage_attribute(onnx::GraphProto& graph) {
  auto& node = *graph.mutable_node(*rc::gen::inRange(0, graph.node_size()));
  if (node.attribute_size() == 0) return;
  auto& attribute = *node.mutable_attribute(*rc::gen::inRange(0, node.attribute_size()));
  if (attribute.ints_size() != 0 && *rc::gen::arbitrary<bool>()) {
    attribute.set_ints(*rc::gen::inRange(0, attribute.ints_size()), *hostile_number());
  } else if (attribute.ints_size() != 0) {
    attribute.add_ints(*hostile_number());
  } else {
    attribute.set_i(*hostile_number());
  }
}

void damage_wiring(onnx::GraphProto& graph) {
  auto& node = *graph.mutable_node(*rc::gen::inRange(0, graph.node_size()));
  const auto& other = graph.node(*rc::gen::inRange(0, graph.node_size()));
  if (node.input_size() == 0) return;
  const int slot = *rc::gen::inRange(0, node.input_size());
  const int kind = *rc::gen::inRange(0, 4);
  if (kind == 0) node.set_input(slot, "");
  if (kind == 1) node.mutable_input()->RemoveLast();
  if (kind == 2 && graph.initializer_size() != 0) {
    node.set_input(slot, graph.initializer(*rc::gen::inRange(0, graph.initializer_size())).name());
  }
  if (kind == 3 && other.input_size() != 0) node.set_input(slot, other.input(0));
}

void damage_initializer(onnx::GraphProto& graph) {
  if (graph.initializer_size() == 0) return;
  auto& tensor = *graph.mutable_initializer(*rc::gen::inRange(0, graph.initializer_size()));
  const int kind = *rc::gen::inRange(0, 3);
  if (kind == 0 && tensor.dims_size() != 0)
    tensor.set_dims(*rc::gen::inRange(0, tensor.dims_size()), *hostile_number());
  if (kind == 1) tensor.set_data_type(*rc::gen::inRange(0, 25));
  if (kind == 2 && tensor.data_type() == onnx::TensorProto::INT64 && tensor.has_raw_data()) {
    const std::int64_t value = *hostile_number();
    auto& raw = *tensor.mutable_raw_data();
    if (raw.size() >= sizeof(value))
      raw.replace(0, sizeof(value), reinterpret_cast<const char*>(&value), sizeof(value));
  }
}

// Another operator on the same operands.
void damage_node(onnx::GraphProto& graph) {
  static const std::vector<std::string> operators = {"Conv",
                                                     "Split",
                                                     "Slice",
                                                     "Gather",
                                                     "Concat",
                                                     "Reshape",
                                                     "Tile",
                                                     "Unsqueeze",
                                                     "Squeeze",
                                                     "Pad",
                                                     "Resize",
                                                     "TopK",
                                                     "Range",
                                                     "OneHot",
                                                     "Expand",
                                                     "ConstantOfShape",
                                                     "DepthToSpace",
                                                     "ConvTranspose",
                                                     "Flatten",
                                                     "MaxPool",
                                                     "LSTM",
                                                     "Einsum",
                                                     "Gemm",
                                                     "MatMul",
                                                     "Transpose",
                                                     "ReduceSum",
                                                     "BatchNormalization"};
  auto& node = *graph.mutable_node(*rc::gen::inRange(0, graph.node_size()));
  node.set_op_type(*rc::gen::elementOf(operators));
}

RC_GTEST_PROP(DamagedModels, WithStructureKeptAndContentsChanged, ()) {
  onnx::ModelProto model;
  model.ParseFromString(*rc::gen::elementOf(seeds()));
  const int changes = *rc::gen::inRange(1, 4);
  for (int i = 0; i < changes; ++i) {
    const auto damage = *rc::gen::element(&damage_attribute, &damage_wiring, &damage_initializer, &damage_node);
    damage(*model.mutable_graph());
  }
  import_bytes(model.SerializeAsString());
}

RC_GTEST_PROP(DamagedTensorFiles, AreTensorsOrErrors, ()) {
  const std::string name =
      *rc::gen::element<std::string>("f8.npy", "fortran3.npy", "stored.npz", "deflated.npz", "typed.pb");
  std::string bytes = file_bytes("tensors/" + name);
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
  }
  bytes.resize(*rc::gen::inRange<std::size_t>(bytes.size() / 2, bytes.size() + 1));
  const std::string path = temporary_path("fuzz_" + name);
  write_file(path, bytes);
  try {
    for (const auto& [key, tensor] : read_tensor_file(path)) {
      RC_ASSERT(tensor.bytes.size() == static_cast<std::size_t>(tensor.size()) * data_type_bytes(tensor.type));
    }
  } catch (const TensorFileError&) {
  }
}

}  // namespace
}  // namespace intloom::graph
