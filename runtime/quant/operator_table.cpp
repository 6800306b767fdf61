#include "runtime/quant/operator_table.h"

#include <algorithm>
#include <array>
#include <map>

namespace intloom::quant {
namespace {

struct Advice {
  std::string_view op;
  std::string_view remedy;
};

constexpr std::string_view kStatic =
    "quantize statically: onnxruntime.quantization.quantize_static instead of quantize_dynamic";
constexpr std::string_view kPreprocess =
    "simplify the float model before quantizing it (onnxruntime.quantization.shape_inference.quant_pre_process)";
constexpr std::string_view kPiecewise =
    "train with Relu or Clip (ReLU6) instead, which cost nothing: they become the clamp of the layer in front";

constexpr std::array kAdvice{
    Advice{"ConvInteger", kStatic},
    Advice{"Dropout", "export in evaluation mode"},
    Advice{"DynamicQuantizeLinear", kStatic},
    Advice{"MatMulInteger", kStatic},
    Advice{"PRelu", kPiecewise},
    Advice{"Shape", kPreprocess},
    Advice{"Softmax", "at the end of a model leave it to the host: make its input the output of the model"},
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// The supported operator whose name differs least, if it is a near one.
std::string_view nearest(std::string_view op) {
  const auto best = std::min_element(operators().begin(), operators().end(), [&](const Operator& a, const Operator& b) {
    return edit_distance(op, a.name) < edit_distance(op, b.name);
  });
  return edit_distance(op, best->name) * 2 <= op.size() ? best->name : std::string_view{};
}

// " The model's other unsupported nodes: Div (17), Softmax (1)."
std::string count_operators(const std::vector<const graph::Node*>& nodes) {
  std::map<std::string_view, int> counts;
  for (const graph::Node* node : nodes) ++counts[node->op];
  std::string text;
  for (const auto& [op, count] : counts) text += fmt::format("{} {} ({})", text.empty() ? "" : ",", op, count);
  return text.empty() ? text : fmt::format(" The model's other unsupported nodes:{}.", text);
}

}  // namespace

const Operator* find_operator(const graph::Node& node) {
  if (!node.domain.empty() && node.domain != "ai.onnx" && node.domain != "com.microsoft") return nullptr;
  const auto found = std::find_if(operators().begin(), operators().end(),
                                  [&](const Operator& known) { return known.name == node.op; });
  return found == operators().end() ? nullptr : found;
}

void fail_unsupported(const graph::Node& node, const std::vector<const graph::Node*>& others) {
  std::string message = "this operator";
  if (!node.domain.empty() && node.domain != "ai.onnx") message += fmt::format(" of domain '{}'", node.domain);
  message += " cannot be lowered to integers.";
  const std::string_view near = nearest(node.op);
  if (!near.empty() && near != node.op) message += fmt::format(" Nearest: {}.", near);
  for (const Advice& advice : kAdvice) {
    if (advice.op == node.op) message += fmt::format(" Remedy: {}.", advice.remedy);
  }
  message += count_operators(others);
  message += " docs/operators.md lists what can be.";
  fail_with(node, message);
}

}  // namespace intloom::quant
