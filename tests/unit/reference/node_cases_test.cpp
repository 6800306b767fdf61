// ONNX's backend node cases, straight from the model's protobuf to the float oracle: floats within 1e-5, integers
// exact.
//
// Every case of an operator that the oracle has is run. A case that fails for another reason than those listed fails
// the test. Cases are those of Debian's libonnx-testdata, or of the folder in INTLOOM_ONNX_NODE_CASES.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "runtime/import/attributes.h"
#include "runtime/import/tensor_file.h"
#include "runtime/import/tensor_proto.h"
#include "runtime/reference/float_reference.h"

namespace intloom::reference {
namespace {

namespace fs = std::filesystem;

fs::path case_folder() {
  const char* given = std::getenv("INTLOOM_ONNX_NODE_CASES");
  return given != nullptr ? given : "/usr/share/libonnx-testdata/data/node";
}

// Parts of the errors of cases that the oracle cannot run, with the beginning of their names.
struct Limit {
  std::string family, error;
};
const std::vector<Limit> kLimits{
    {"", "has no operator"},
    {"", "element type"},  // float16, strings, ...
    {"", "cannot be read"},
    {"", "subgraph"},
    {"", "one or two spatial axes"},
    {"", "must be one of nearest, linear, bilinear"},
    {"", "antialias"},
    {"", "block_size"},
    {"maxpool_with_argmax", "output 1 is used"},
    {"batchnorm", "output 1 is used"},
    {"batchnorm", "training_mode"},
    {"cast_", "a cast to"},
    {"castlike", "a cast to"},
};

// Whose recorded result is not the operator's, in ONNX Runtime neither.
const std::set<std::string> kWrong{
    "averagepool_2d_ceil_last_window_starts_on_pad",                   // has four digits
    "qlinearmatmul_2D_int8_float32", "qlinearmatmul_3D_int8_float32",  // low 8 bits of what saturates
    "resize_downsample_scales_linear_align_corners",                   // aligns to 2.4 pixels where 2 are made
};

struct NodeCase {
  graph::Graph graph;
  std::map<std::string, graph::TensorData> inputs;
  std::vector<graph::TensorData> outputs;
};

class CaseReader {
 public:
  explicit CaseReader(const fs::path& folder) : folder_(folder) {}

  NodeCase read() {
    std::ifstream file(folder_ / "model.onnx", std::ios::binary);
    onnx::ModelProto model;
    if (!model.ParseFromIstream(&file)) throw std::runtime_error("model.onnx cannot be read");
    NodeCase result;
    for (const auto& set : model.opset_import()) {
      if (set.domain().empty() || set.domain() == "ai.onnx") graph_.opset = set.version();
    }
    read_tensors(*model.mutable_graph(), result);
    for (auto& node : *model.mutable_graph()->mutable_node()) add_node(node);
    for (int i = 0; i < model.graph().output_size(); ++i) {
      graph_.outputs.push_back(id(model.graph().output(i).name()));
      result.outputs.push_back(read_single(fmt::format("output_{}.pb", i)));
    }
    result.graph = std::move(graph_);
    return result;
  }

 private:
  void read_tensors(onnx::GraphProto& proto, NodeCase& result) {
    for (auto& constant : *proto.mutable_initializer()) {
      const std::string name = constant.name();
      set_constant(name, graph::take_tensor(constant, folder_, "initializer"));
    }
    for (int i = 0; i < proto.input_size(); ++i) {
      graph_.inputs.push_back(id(proto.input(i).name()));
      result.inputs[proto.input(i).name()] = read_single(fmt::format("input_{}.pb", i));
    }
  }

  void add_node(onnx::NodeProto& proto) {
    graph::Node node;
    node.op = proto.op_type();
    node.domain = proto.domain();
    node.name = proto.op_type();
    for (const auto& name : proto.input()) node.inputs.push_back(name.empty() ? graph::kNoTensor : id(name));
    for (const auto& name : proto.output()) node.outputs.push_back(name.empty() ? graph::kNoTensor : id(name));
    if (node.op == "Constant") {
      graph_.tensors[static_cast<std::size_t>(node.outputs.at(0))].constant =
          std::make_shared<const graph::TensorData>(graph::take_constant(proto, folder_, "constant"));
      return;
    }
    node.attributes = graph::take_attributes(proto, folder_, node.name);
    graph_.nodes.push_back(std::move(node));
  }

  void set_constant(const std::string& name, graph::TensorData data) {
    graph_.tensors[static_cast<std::size_t>(id(name))].constant =
        std::make_shared<const graph::TensorData>(std::move(data));
  }

  graph::TensorData read_single(const std::string& name) const {
    return graph::read_tensor_file(folder_ / "test_data_set_0" / name).begin()->second;
  }

  graph::TensorId id(const std::string& name) {
    const auto [found, made] = ids_.emplace(name, static_cast<graph::TensorId>(graph_.tensors.size()));
    if (made) {
      graph_.tensors.emplace_back();
      graph_.tensors.back().name = name;
    }
    return found->second;
  }

  fs::path folder_;
  graph::Graph graph_;
  std::map<std::string, graph::TensorId> ids_;
};

// A difference in words; empty where there is none.
std::string difference(const graph::TensorData& expected, const FloatTensor& actual) {
  if (expected.shape != actual.shape) {
    return fmt::format("shape {}, expected {}", graph::to_string(actual.shape), graph::to_string(expected.shape));
  }
  const double tolerance = expected.type == graph::DataType::float32 ? 1e-5 : 0;
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const double theirs = graph::element_as_double(expected, i);
    const auto ours = static_cast<double>(actual.values[static_cast<std::size_t>(i)]);
    const bool equal = ours == theirs || (std::isnan(ours) && std::isnan(theirs)) ||
                       std::abs(ours - theirs) <= tolerance * std::max(1.0, std::abs(theirs));
    if (!equal) return fmt::format("element {} is {}, expected {}", i, ours, theirs);
  }
  return "";
}

bool is_limit(const std::string& name, const std::string& error) {
  return std::any_of(kLimits.begin(), kLimits.end(), [&](const Limit& limit) {
    return name.rfind(limit.family, 0) == 0 && error.find(limit.error) != std::string::npos;
  });
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(case_folder())) {
    const std::string name = entry.path().filename().string().substr(5);  // behind "test_"
    const bool training = name.rfind("training_", 0) == 0;
    const bool sequence = name.find("seq") != std::string::npos || name.find("opt") != std::string::npos;
    if (name.find("_expanded") == std::string::npos && !training && !sequence && kWrong.count(name) == 0) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(NodeCases, OfEveryOperatorOfTheFloatReference) {
  if (!fs::exists(case_folder())) GTEST_SKIP() << "libonnx-testdata is not installed: no " << case_folder();
  std::map<std::string, int> ran;
  int total = 0;
  for (const std::string& name : case_names()) {
    SCOPED_TRACE(name);
    try {
      const NodeCase node_case = CaseReader(case_folder() / ("test_" + name)).read();
      if (node_case.graph.nodes.empty()) continue;  // of Constant
      const auto values = run_float_reference(node_case.graph, node_case.inputs, {});
      for (std::size_t o = 0; o < node_case.outputs.size(); ++o) {
        const std::string& output = node_case.graph.tensor(node_case.graph.outputs[o]).name;
        EXPECT_EQ(difference(node_case.outputs[o], values.at(output)), "");
      }
      ++ran[node_case.graph.nodes.at(0).op];
      ++total;
    } catch (const std::exception& error) {
      EXPECT_TRUE(is_limit(name, error.what())) << error.what();
    }
  }
  for (const auto& [op, count] : ran) fmt::print("{} {}  ", op, count);
  fmt::print("\n{} cases of {} operators\n", total, ran.size());
  EXPECT_GE(total, 290);
}

}  // namespace
}  // namespace intloom::reference
