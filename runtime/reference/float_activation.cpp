// Activations: functions of one element, with attributes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/reference/float_elements.h"

namespace intloom::reference {
namespace {

Value relu(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return x > 0 ? x : 0.0F; });
}

// Limits are attributes before opset 11, inputs since.
Value clip(const NodeCall& call) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float lo = call.has(1) ? call.input(1).data->at(0) : call.node.float_attribute("min", -infinity);
  const float hi = call.has(2) ? call.input(2).data->at(0) : call.node.float_attribute("max", infinity);
  return map_elements(call.input(0), [=](float x) {
    const float raised = x < lo ? lo : x;
    return raised > hi ? hi : raised;
  });
}

Value hyperbolic_tangent(const NodeCall& call) {
  return map_array(call.input(0), [](const auto& x) { return x.tanh(); });
}

Value elu(const NodeCall& call) {
  const float alpha = call.node.float_attribute("alpha", 1.0F);
  return map_elements(call.input(0), [=](float x) { return x < 0 ? alpha * std::expm1(x) : x; });
}

Value hard_sigmoid(const NodeCall& call) {
  const float alpha = call.node.float_attribute("alpha", 0.2F);
  const float beta = call.node.float_attribute("beta", 0.5F);
  return map_array(call.input(0), [=](const auto& x) { return (x * alpha + beta).min(1.0F).max(0.0F); });
}

Value hard_swish(const NodeCall& call) {
  return map_array(call.input(0), [](const auto& x) { return x * (x * (1.0F / 6) + 0.5F).min(1.0F).max(0.0F); });
}

// com.microsoft's Gelu has no attribute: it is the exact one.
Value gelu(const NodeCall& call) {
  const std::string approximate = call.node.string_attribute("approximate", "none");
  if (approximate == "tanh") {
    return map_array(call.input(0), [](const auto& x) {
      const float c = 0.7978845608F;  // sqrt(2 / pi)
      return 0.5F * x * (1.0F + (c * (x + 0.044715F * x * x * x)).tanh());
    });
  }
  if (approximate != "none") call.fail("approximate is '" + approximate + "'; it must be none or tanh");
  return map_elements(call.input(0), [](float x) { return 0.5F * x * (1.0F + std::erf(x * 0.7071067812F)); });
}

Value softplus(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x))); });
}

Value celu(const NodeCall& call) {
  const float alpha = call.node.float_attribute("alpha", 1.0F);
  return map_elements(call.input(0), [alpha](float x) { return x > 0 ? x : alpha * (std::exp(x / alpha) - 1.0F); });
}

Value fast_gelu(const NodeCall& call) {
  if (call.has(1)) call.fail("its bias is not supported");
  return map_elements(call.input(0), [](float x) {
    return 0.5F * x * (1.0F + std::tanh(0.7978845608F * (x + 0.044715F * x * x * x)));
  });
}

Value mish(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return x * std::tanh(std::log1p(std::exp(std::min(x, 80.0F)))); });
}

Value selu(const NodeCall& call) {
  const float alpha = call.node.float_attribute("alpha", 1.67326319217681884765625F);
  const float gamma = call.node.float_attribute("gamma", 1.05070102214813232421875F);
  return map_elements(call.input(0),
                      [alpha, gamma](float x) { return gamma * (x > 0 ? x : alpha * (std::exp(x) - 1.0F)); });
}

Value softsign(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return x / (1.0F + std::abs(x)); });
}

}  // namespace

Value sigmoid(const NodeCall& call) {
  return map_array(call.input(0), [](const auto& x) { return 1.0F / (1.0F + (-x).exp()); });
}

Value leaky_relu(const NodeCall& call) {
  const float alpha = call.node.float_attribute("alpha", 0.01F);
  return map_elements(call.input(0), [=](float x) { return x < 0 ? alpha * x : x; });
}

void add_activation_operators(OperatorTable& table) {
  table["Relu"] = relu;
  table["Clip"] = clip;
  table["Sigmoid"] = sigmoid;
  table["Tanh"] = hyperbolic_tangent;
  table["LeakyRelu"] = leaky_relu;
  table["Elu"] = elu;
  table["HardSigmoid"] = hard_sigmoid;
  table["HardSwish"] = hard_swish;
  table["Celu"] = celu;
  table["FastGelu"] = fast_gelu;
  table["Mish"] = mish;
  table["Selu"] = selu;
  table["Softsign"] = softsign;
  table["Gelu"] = gelu;
  table["Softplus"] = softplus;
}

}  // namespace intloom::reference
