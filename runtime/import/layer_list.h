// Reads a list of layers in CSV, the topology files of SCALE-Sim, into a graph of independent layers.
//
// The first line is the header and tells what a row is:
//   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides    a convolution
//   Layer, M, N, K                                                                                       a GEMM
// Columns are known by name, in any order, whatever their case. `Stride Height, Stride Width` may stand for `Strides`.
// Optional: `Sparsity` (only 1:1, dense) and `Batch Size` (only 1). A comma may end each line; blank lines are skipped.
//
// A convolution: IFMAP sizes include the padding. Output height = ceil((IFMAP Height - Filter Height) / stride) + 1: a
// last window that reaches beyond the input is counted as SCALE-Sim counts it, on zeros. A name that contains `DP` is
// a depthwise layer: `Num Filter` filters on each channel alone. A GEMM: [M, K] times [K, N], the second one constant.
//
// Each row becomes a Conv or MatMul with an input NAME.input ([1, Channels, Height, Width] or [1, M, K]), weights
// without elements and an output NAME.output, in the order of the file. A name that is there before gets a suffix.
#pragma once

#include <string>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// True for names that end in .csv, whatever their case.
bool is_layer_list(const std::string& path);

// For quant::lower_as_int8. Throws ModelError "FILE:LINE: ..." with column, value and what was expected: no such file,
// no rows, an unknown header, missing or unknown columns, anything but whole numbers from 1 to 2147483647, a filter
// larger than its input, a layer of 2^63 multiply-accumulates or more.
Graph import_layer_list(const std::string& path);

}  // namespace intloom::graph
