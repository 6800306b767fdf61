// Gemm and MatMul.
#include <fmt/format.h>

#include <Eigen/Core>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixMap = Eigen::Map<Matrix>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using StridedMap = Eigen::Map<const Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

// `c` of a Gemm broadcast to rows x columns.
Matrix broadcast_matrix(const NodeCall& call, const Value& c, Eigen::Index rows, Eigen::Index columns) {
  const graph::Shape out{rows, columns};
  if (c.shape.size() > 2 || broadcast_shape(call, c.shape, out) != out) {
    call.fail(fmt::format("C {} does not broadcast to {}", graph::to_string(c.shape), graph::to_string(out)));
  }
  const graph::Shape strides = broadcast_strides(c.shape, out);
  return StridedMap(c.begin(), rows, columns, {strides[0], strides[1]});
}

// Vectors count as a row on the left and as a column on the right.
graph::Shape as_matrix_shape(const graph::Shape& shape, bool left) {
  if (shape.size() >= 2) return shape;
  return left ? graph::Shape{1, shape.at(0)} : graph::Shape{shape.at(0), 1};
}

}  // namespace

Value gemm(const NodeCall& call) {
  const Value& a_value = call.input(0);
  const Value& b_value = call.input(1);
  if (a_value.shape.size() != 2 || b_value.shape.size() != 2) {
    call.fail(fmt::format("inputs {} and {} are not matrices", graph::to_string(a_value.shape),
                          graph::to_string(b_value.shape)));
  }
  Matrix a = ConstMatrixMap(a_value.begin(), a_value.shape[0], a_value.shape[1]);
  if (call.node.int_attribute("transA", 0) != 0) a = a.transpose().eval();
  const ConstMatrixMap b(b_value.begin(), b_value.shape[0], b_value.shape[1]);
  const bool transposed = call.node.int_attribute("transB", 0) != 0;
  if (a.cols() != (transposed ? b.cols() : b.rows())) {
    call.fail(
        fmt::format("inputs {} and {} do not fit", graph::to_string(a_value.shape), graph::to_string(b_value.shape)));
  }
  Matrix y = transposed ? Matrix(a * b.transpose()) : Matrix(a * b);
  y *= call.node.float_attribute("alpha", 1.0F);
  if (call.has(2)) {
    y += call.node.float_attribute("beta", 1.0F) * broadcast_matrix(call, call.input(2), y.rows(), y.cols());
  }
  return make_value(graph::DataType::float32, {y.rows(), y.cols()}, std::vector<float>(y.data(), y.data() + y.size()));
}

Value matmul(const NodeCall& call) {
  const Value& a = call.input(0);
  const Value& b = call.input(1);
  if (a.shape.empty() || b.shape.empty()) call.fail("inputs must have at least one dimension");
  const graph::Shape a_shape = as_matrix_shape(a.shape, true);
  const graph::Shape b_shape = as_matrix_shape(b.shape, false);
  const std::int64_t rows = a_shape[a_shape.size() - 2];
  const std::int64_t depth = a_shape.back();
  const std::int64_t columns = b_shape.back();
  if (b_shape[b_shape.size() - 2] != depth) {
    call.fail(fmt::format("inputs {} and {} do not fit", graph::to_string(a.shape), graph::to_string(b.shape)));
  }
  const graph::Shape a_batch(a_shape.begin(), a_shape.end() - 2);
  const graph::Shape b_batch(b_shape.begin(), b_shape.end() - 2);
  graph::Shape shape = broadcast_shape(call, a_batch, b_batch);
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape) * rows * columns));
  float* out = y.data();
  for_each_broadcast(shape, 0, broadcast_strides(a_batch, shape), broadcast_strides(b_batch, shape),
                     [&](std::int64_t a_matrix, std::int64_t b_matrix) {
                       const ConstMatrixMap left(a.begin() + a_matrix * rows * depth, rows, depth);
                       const ConstMatrixMap right(b.begin() + b_matrix * depth * columns, depth, columns);
                       MatrixMap(out, rows, columns).noalias() = left * right;
                       out += rows * columns;
                     });
  if (a.shape.size() >= 2) shape.push_back(rows);
  if (b.shape.size() >= 2) shape.push_back(columns);
  return make_value(graph::DataType::float32, std::move(shape), std::move(y));
}

void add_matrix_operators(OperatorTable& table) {
  table["Gemm"] = gemm;
  table["MatMul"] = matmul;
}

}  // namespace intloom::reference
