// An ONNX file as protobuf holds it.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>

namespace intloom::graph {

struct ModelFile {
  onnx::ModelProto model;
  std::string sha256;  // of the file, lower-case hexadecimal
  std::string folder;  // where its external data lie
};

// Throws ModelError (without the path) unless the file is an ONNX model with a graph.
void read_model_file(const std::string& path, ModelFile& file);

// Version of the operator set `domain` ("" for ai.onnx) that the model imports; 0 where it imports none.
std::int64_t imported_version(const onnx::ModelProto& model, const std::string& domain);

// "" for "ai.onnx", which is another spelling of it.
std::string normal_domain(const std::string& domain);

}  // namespace intloom::graph
