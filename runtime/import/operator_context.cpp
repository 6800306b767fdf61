#include "runtime/import/operator_context.h"

#include <stdexcept>

namespace intloom::graph {

const onnx::AttributeProto* OperatorContext::getAttribute(const std::string& name) const {
  for (const auto& attribute : node_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

onnx::GraphInferencer* OperatorContext::getGraphAttributeInferencer(const std::string& name) {
  throw std::runtime_error("attribute '" + name + "' is a subgraph");
}

}  // namespace intloom::graph
