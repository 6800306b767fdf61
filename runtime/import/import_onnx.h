// Reads an ONNX model into a graph: the only user of protobuf, together with tensor_file.
//
// Shapes come from the onnx package's own shape inference once the batch and the symbolic dimensions are set.
//
// Batch: where any model input has a symbolic dimension 0, each symbolic dimension 0 becomes 1; where all inputs have
// the same fixed dimension 0 greater than 1, it becomes 1. Graph::batch_dims keeps what the file had. Inputs whose
// fixed dimension 0 stands beside a symbolic batch, or beside a batch of 1, are left alone: they are no batches.
//
// Operators are not judged here: any operator whose result types and shapes can be told is kept with its attributes.
// Constant nodes become constants; Identity and Cast stay. Initializers that nothing reads are dropped.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// `dims`: values of symbolic dimensions by name; "INPUT[2]" names dimension 2 of an input that has no name of its own.
// `constants`: model inputs that are to become constants of the graph, by input name.
// Throws ModelError: file not readable or no ONNX model, opset outside 1..23, element types other than DataType's,
// missing tensors, cycles, duplicate names, wrong types or shapes, unknown or missing `dims`.
Graph import_onnx(const std::string& path, const std::map<std::string, std::int64_t>& dims = {},
                  const std::map<std::string, TensorData>& constants = {});

}  // namespace intloom::graph
