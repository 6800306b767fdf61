#include "runtime/import/model_file.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <filesystem>
#include <limits>
#include <string_view>

#include "runtime/graph/graph.h"
#include "runtime/import/file_bytes.h"

namespace intloom::graph {
namespace {

constexpr std::int64_t kOldestOpset = 1;
constexpr std::int64_t kNewestOpset = 23;

void parse(std::string_view bytes, onnx::ModelProto& model) {
  if (bytes.empty()) throw ModelError("the file is empty");
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw ModelError("the file is larger than 2 GiB, protobuf's limit: save the weights as external data");
  }
  // Errors are reported by exception; protobuf would print them as well.
  const google::protobuf::LogSilencer silence;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw ModelError("not an ONNX model, or a truncated one: protobuf cannot parse it");
  }
}

void check_versions(const onnx::ModelProto& model) {
  if (!model.has_graph() || (model.graph().node_size() == 0 && model.graph().output_size() == 0)) {
    throw ModelError("not an ONNX model: it holds no graph");
  }
  const std::int64_t opset = imported_version(model, "");
  if (opset == 0) throw ModelError("the model imports no version of the operator set ai.onnx (opset_import)");
  if (opset < kOldestOpset || opset > kNewestOpset) {
    throw ModelError(fmt::format("opset {} is not among {}..{}: export the model with another opset_version", opset,
                                 kOldestOpset, kNewestOpset));
  }
}

}  // namespace

void read_model_file(const std::string& path, ModelFile& file) {
  FileBytes bytes;
  try {
    bytes = read_file(path);
  } catch (const std::runtime_error& error) {
    throw ModelError(error.what());
  }
  parse(bytes.view(), file.model);
  check_versions(file.model);
  file.sha256 = sha256_of(bytes.view());
  file.folder = std::filesystem::path(path).parent_path().string();
}

std::int64_t imported_version(const onnx::ModelProto& model, const std::string& domain) {
  for (const auto& import : model.opset_import()) {
    if (normal_domain(import.domain()) == domain) return import.version();
  }
  return 0;
}

std::string normal_domain(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

}  // namespace intloom::graph
