// Attributes of a node by key and type.
#include <fmt/format.h>

#include "runtime/graph/graph.h"

namespace intloom::graph {
namespace {

template <class T>
T attribute(const Node& node, const std::string& key, const T& otherwise, std::string_view expected) {
  const auto found = node.attributes.find(key);
  if (found == node.attributes.end()) return otherwise;
  if (const T* value = std::get_if<T>(&found->second)) return *value;
  throw ModelError(fmt::format("node '{}' ({}): attribute '{}' is not {}", node.name, node.op, key, expected));
}

}  // namespace

std::int64_t Node::int_attribute(const std::string& key, std::int64_t otherwise) const {
  return attribute(*this, key, otherwise, "an integer");
}

float Node::float_attribute(const std::string& key, float otherwise) const {
  return attribute(*this, key, otherwise, "a float");
}

std::string Node::string_attribute(const std::string& key, const std::string& otherwise) const {
  return attribute(*this, key, otherwise, "a string");
}

std::vector<std::int64_t> Node::ints_attribute(const std::string& key,
                                               const std::vector<std::int64_t>& otherwise) const {
  return attribute(*this, key, otherwise, "a list of integers");
}

}  // namespace intloom::graph
