// Mathematical functions of one element.
#include <cmath>

#include "runtime/reference/float_elements.h"

namespace intloom::reference {
namespace {

Value negative(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return -x; });
}

Value absolute(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::abs(x); });
}

Value reciprocal(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return 1.0F / x; });
}

Value square_root(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::sqrt(x); });
}

Value exponential(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::exp(x); });
}

Value logarithm(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::log(x); });
}

Value error_function(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::erf(x); });
}

Value ceiling(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::ceil(x); });
}

Value floor(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::floor(x); });
}

// Ties to even.
Value round(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::rint(x); });
}

Value sine(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::sin(x); });
}

Value cosine(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::cos(x); });
}

}  // namespace

void add_function_operators(OperatorTable& table) {
  table["Neg"] = negative;
  table["Abs"] = absolute;
  table["Reciprocal"] = reciprocal;
  table["Sqrt"] = square_root;
  table["Exp"] = exponential;
  table["Log"] = logarithm;
  table["Erf"] = error_function;
  table["Ceil"] = ceiling;
  table["Floor"] = floor;
  table["Round"] = round;
  table["Sin"] = sine;
  table["Cos"] = cosine;
}

}  // namespace intloom::reference
