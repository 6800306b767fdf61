// Models and tensors that tests find on the machine, never in the repository.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace intloom::golden {

// ONNX's own backend node cases: INTLOOM_ONNX_NODE_CASES, or those of the Debian package libonnx-testdata.
inline std::filesystem::path onnx_node_cases() {
  const char* given = std::getenv("INTLOOM_ONNX_NODE_CASES");
  return given != nullptr ? given : "/usr/share/libonnx-testdata/data/node";
}

// Public models: INTLOOM_MODELS, or shared/models beside the source.
inline std::filesystem::path models() {
  const char* given = std::getenv("INTLOOM_MODELS");
  if (given != nullptr) return given;
  return std::filesystem::path(INTLOOM_SOURCE_DIR).parent_path() / "shared" / "models";
}

}  // namespace intloom::golden
