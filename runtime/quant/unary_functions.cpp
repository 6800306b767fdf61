#include "runtime/quant/unary_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "runtime/quant/lowering.h"

namespace intloom::quant {
namespace {

using DoubleFunction = std::function<double(double)>;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

DoubleFunction gelu(const graph::Node& node) {
  if (node.op == "FastGelu" || node.string_attribute("approximate", "none") == "tanh") {
    const double root = std::sqrt(2 / std::acos(-1.0));
    return [root](double x) { return 0.5 * x * (1 + std::tanh(root * (x + 0.044715 * x * x * x))); };
  }
  const std::string approximate = node.string_attribute("approximate", "none");
  if (approximate != "none") fail(node, "approximate '{}' is not one of none, tanh", approximate);
  return [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); };
}

DoubleFunction hard_sigmoid(double alpha, double beta) {
  return [=](double x) { return std::clamp(alpha * x + beta, 0.0, 1.0); };
}

double attribute(const graph::Node& node, const char* name, float otherwise) {
  return static_cast<double>(node.float_attribute(name, otherwise));
}

DoubleFunction elu(const graph::Node& node) {
  const double alpha = attribute(node, "alpha", 1);
  return [alpha](double x) { return x < 0 ? alpha * std::expm1(x) : x; };
}

DoubleFunction celu(const graph::Node& node) {
  const double alpha = attribute(node, "alpha", 1);
  return [alpha](double x) { return std::max(x, 0.0) + std::min(alpha * std::expm1(x / alpha), 0.0); };
}

DoubleFunction selu(const graph::Node& node) {
  const double alpha = attribute(node, "alpha", 1.67326319217681884765625F);
  const double gamma = attribute(node, "gamma", 1.05070102214813232421875F);
  return [=](double x) { return gamma * (x > 0 ? x : alpha * std::expm1(x)); };
}

DoubleFunction leaky_relu(const graph::Node& node) {
  const double alpha = attribute(node, "alpha", 0.01F);
  return [alpha](double x) { return x < 0 ? alpha * x : x; };
}

template <double (*function)(double)>
DoubleFunction plain(const graph::Node&) {
  return function;
}

struct Entry {
  std::string_view op;
  DoubleFunction (*make)(const graph::Node& node);
};

// Sorted by name.
constexpr std::array kFunctions{
    Entry{"Abs", plain<std::fabs>},
    Entry{"Ceil", plain<std::ceil>},
    Entry{"Celu", celu},
    Entry{"Cos", plain<std::cos>},
    Entry{"Elu", elu},
    Entry{"Erf", plain<std::erf>},
    Entry{"Exp", plain<std::exp>},
    Entry{"FastGelu", gelu},
    Entry{"Floor", plain<std::floor>},
    Entry{"Gelu", gelu},
    Entry{"HardSigmoid",
          [](const graph::Node& node) {
            return hard_sigmoid(attribute(node, "alpha", 0.2F), attribute(node, "beta", 0.5F));
          }},
    Entry{"HardSwish",
          [](const graph::Node&) -> DoubleFunction {
            const DoubleFunction gate = hard_sigmoid(1.0 / 6, 0.5);
            return [gate](double x) { return x * gate(x); };
          }},
    Entry{"LeakyRelu", leaky_relu},
    Entry{"Log", plain<std::log>},
    Entry{"Mish",
          [](const graph::Node&) -> DoubleFunction { return [](double x) { return x * std::tanh(softplus(x)); }; }},
    Entry{"Neg", [](const graph::Node&) -> DoubleFunction { return [](double x) { return -x; }; }},
    Entry{"Reciprocal", [](const graph::Node&) -> DoubleFunction { return [](double x) { return 1 / x; }; }},
    Entry{"Round", plain<std::nearbyint>},
    Entry{"Selu", selu},
    Entry{"Sigmoid", plain<sigmoid>},
    Entry{"Sin", plain<std::sin>},
    Entry{"Softplus", plain<softplus>},
    Entry{"Softsign",
          [](const graph::Node&) -> DoubleFunction { return [](double x) { return x / (1 + std::fabs(x)); }; }},
    Entry{"Sqrt", plain<std::sqrt>},
    Entry{"Tanh", plain<std::tanh>},
};

}  // namespace

UnaryFunction unary_function(const graph::Node& node) {
  const auto found =
      std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Entry& entry) { return entry.op == node.op; });
  if (found == kFunctions.end()) return {};
  return [function = found->make(node)](float x) { return static_cast<float>(function(static_cast<double>(x))); };
}

}  // namespace intloom::quant
