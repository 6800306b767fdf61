// Reads and writes tensors of files: NumPy .npy and .npz, ONNX TensorProto .pb.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// A file that is not readable, not of its format, or of an element type that DataType does not hold: names the file,
// the entry of an .npz, what was found and what can be read.
class TensorFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// By the ending of `path`. .npy: one entry named "". .pb: one entry with the tensor's own name ("" where it has none).
// .npz: an entry an array, named as numpy.load names them; stored or deflated.
// npy types: f4, f8 (becomes float32), i1, u1, i4, i8, b1, little endian; C and Fortran order (stored row major).
std::map<std::string, TensorData> read_tensor_file(const std::string& path);

// npy version 1.0, C order. The file appears whole or not at all: written beside `path` and renamed.
// A write that fails (disk full) is a std::system_error.
void write_npy(const std::string& path, const TensorData& tensor);

}  // namespace intloom::graph
