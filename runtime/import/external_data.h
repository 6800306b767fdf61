// Weights that lie in files of their own beside the model.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>

#include "runtime/import/file_bytes.h"

namespace intloom::graph {

// The bytes that `proto` points at (location, offset, length). The location must lie inside `folder`, symbolic links
// followed: a model cannot read the rest of the user's disk. ModelError otherwise, naming `what`.
FileBytes read_external_data(const onnx::TensorProto& proto, const std::string& folder, const std::string& what);

}  // namespace intloom::graph
