// Element by element: functions of one tensor, and of two that broadcast.
#pragma once

#include <Eigen/Core>
#include <utility>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/float_operators.h"

namespace intloom::reference {

// function(x) of every element.
template <class Function>
Value map_elements(const Value& x, Function function) {
  std::vector<float> y(x.data->size());
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = function((*x.data)[i]);
  return make_value(x.type, x.shape, std::move(y));
}

// function(all elements as an Eigen array), an array expression: for functions that Eigen vectorizes.
template <class Function>
Value map_array(const Value& x, Function function) {
  const Eigen::Map<const Eigen::ArrayXf> from(x.begin(), x.size());
  std::vector<float> y(x.data->size());
  Eigen::Map<Eigen::ArrayXf>(y.data(), x.size()) = function(from);
  return make_value(x.type, x.shape, std::move(y));
}

// Integer arithmetic of ONNX: quotients are truncated, results wrap to the type. Floats stay as they are.
void convert_to_type(std::vector<float>& values, graph::DataType type);

template <class Function>
void combine_runs(const graph::Shape& shape, const Value& a, const Value& b, float* y, Function function) {
  if (a.shape == b.shape) {
    for (std::int64_t i = 0; i < a.size(); ++i) y[i] = function(a.begin()[i], b.begin()[i]);
    return;
  }
  const graph::Shape a_strides = broadcast_strides(a.shape, shape);
  const graph::Shape b_strides = broadcast_strides(b.shape, shape);
  const std::size_t inner = shape.empty() ? 0 : 1;
  const std::int64_t run = inner == 0 ? 1 : shape.back();
  const std::int64_t a_step = inner == 0 ? 0 : a_strides.back();
  const std::int64_t b_step = inner == 0 ? 0 : b_strides.back();
  for_each_broadcast(shape, inner, a_strides, b_strides, [&](std::int64_t a_offset, std::int64_t b_offset) {
    const float* a_run = a.begin() + a_offset;
    const float* b_run = b.begin() + b_offset;
    for (std::int64_t i = 0; i < run; ++i) y[i] = function(a_run[i * a_step], b_run[i * b_step]);
    y += run;
  });
}

// function(a, b) of every pair; the result has a's type.
template <class Function>
Value combine(const NodeCall& call, const Value& a, const Value& b, Function function) {
  graph::Shape shape = broadcast_shape(call, a.shape, b.shape);
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape)));
  combine_runs(shape, a, b, y.data(), function);
  convert_to_type(y, a.type);
  return make_value(a.type, std::move(shape), std::move(y));
}

}  // namespace intloom::reference
