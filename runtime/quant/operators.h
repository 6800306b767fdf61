// One function an ONNX operator: reads the values of the node's inputs and sets that of its output. Throws
// graph::ModelError. To add an operator: write its function in a file of its family, declare it here, and give it a
// line in operator_list.cpp.
#pragma once

#include "runtime/graph/graph.h"
#include "runtime/quant/lowering.h"

namespace intloom::quant {

// fold_qdq.cpp
void lower_quantize_linear(Lowering& lowering, const graph::Node& node);
void lower_dequantize_linear(Lowering& lowering, const graph::Node& node);

// lower_transparent.cpp
void lower_identity(Lowering& lowering, const graph::Node& node);
void lower_cast(Lowering& lowering, const graph::Node& node);
void lower_constant(Lowering& lowering, const graph::Node& node);

// lower_activation.cpp
void lower_relu(Lowering& lowering, const graph::Node& node);
void lower_clip(Lowering& lowering, const graph::Node& node);

// lower_conv.cpp, lower_gemm.cpp
void lower_conv(Lowering& lowering, const graph::Node& node);
void lower_gemm(Lowering& lowering, const graph::Node& node);
void lower_matmul(Lowering& lowering, const graph::Node& node);

// lower_elementwise.cpp, lower_concat.cpp
void lower_add(Lowering& lowering, const graph::Node& node);
void lower_mul(Lowering& lowering, const graph::Node& node);
void lower_concat(Lowering& lowering, const graph::Node& node);
void lower_sub(Lowering& lowering, const graph::Node& node);
void lower_div(Lowering& lowering, const graph::Node& node);
void lower_max(Lowering& lowering, const graph::Node& node);
void lower_min(Lowering& lowering, const graph::Node& node);
void lower_pow(Lowering& lowering, const graph::Node& node);

// lower_unary.cpp: all of unary_functions.h
void lower_unary(Lowering& lowering, const graph::Node& node);
void lower_qlinear_sigmoid(Lowering& lowering, const graph::Node& node);
void lower_qlinear_leaky_relu(Lowering& lowering, const graph::Node& node);

// lower_conv_transpose.cpp, lower_normalization.cpp, lower_reduce.cpp, lower_shuffle.cpp
void lower_conv_transpose(Lowering& lowering, const graph::Node& node);
void lower_batch_normalization(Lowering& lowering, const graph::Node& node);
void lower_reduce_mean(Lowering& lowering, const graph::Node& node);
void lower_reduce_sum(Lowering& lowering, const graph::Node& node);
void lower_depth_to_space(Lowering& lowering, const graph::Node& node);
void lower_space_to_depth(Lowering& lowering, const graph::Node& node);

// lower_pad.cpp
void lower_pad(Lowering& lowering, const graph::Node& node);

// lower_slice.cpp, lower_resize.cpp
void lower_slice(Lowering& lowering, const graph::Node& node);
void lower_split(Lowering& lowering, const graph::Node& node);
void lower_resize(Lowering& lowering, const graph::Node& node);

// lower_pool.cpp
void lower_max_pool(Lowering& lowering, const graph::Node& node);
void lower_global_max_pool(Lowering& lowering, const graph::Node& node);
void lower_average_pool(Lowering& lowering, const graph::Node& node);
void lower_global_average_pool(Lowering& lowering, const graph::Node& node);

// lower_layout.cpp
void lower_reshape(Lowering& lowering, const graph::Node& node);  // Flatten, Squeeze, Unsqueeze too
void lower_transpose(Lowering& lowering, const graph::Node& node);

// qoperator.cpp
void lower_qlinear_conv(Lowering& lowering, const graph::Node& node);
void lower_qlinear_matmul(Lowering& lowering, const graph::Node& node);
void lower_qgemm(Lowering& lowering, const graph::Node& node);
void lower_qlinear_add(Lowering& lowering, const graph::Node& node);
void lower_qlinear_mul(Lowering& lowering, const graph::Node& node);
void lower_qlinear_concat(Lowering& lowering, const graph::Node& node);
void lower_qlinear_average_pool(Lowering& lowering, const graph::Node& node);
void lower_qlinear_global_average_pool(Lowering& lowering, const graph::Node& node);

}  // namespace intloom::quant
