#include "runtime/import/topological_order.h"

#include <fmt/format.h>

#include <functional>
#include <queue>
#include <string_view>
#include <unordered_map>

namespace intloom::graph {
namespace {

using Producers = std::unordered_map<std::string_view, int>;

std::string describe(const onnx::NodeProto& node) {
  return fmt::format("node '{}' ({})", display_name(node), node.op_type());
}

Producers find_producers(const onnx::GraphProto& graph, const std::unordered_set<std::string>& known) {
  Producers producers;
  for (int n = 0; n < graph.node_size(); ++n) {
    for (const std::string& name : graph.node(n).output()) {
      if (name.empty()) continue;
      if (known.count(name) != 0) {
        throw ModelError(fmt::format("tensor '{}' is made by {} though it is an input or initializer", name,
                                     describe(graph.node(n))));
      }
      const auto [other, is_new] = producers.emplace(name, n);
      if (!is_new) {
        throw ModelError(fmt::format("tensor '{}' is made by {} and by {}", name, describe(graph.node(other->second)),
                                     describe(graph.node(n))));
      }
    }
  }
  return producers;
}

// A node in or behind a cycle waits for another such node; going back along those ends in the cycle itself.
std::string describe_cycle(const onnx::GraphProto& graph, const Producers& producers, const std::vector<int>& waiting) {
  std::vector<bool> seen(static_cast<std::size_t>(graph.node_size()));
  int at = 0;
  while (waiting[static_cast<std::size_t>(at)] == 0) ++at;
  while (!seen[static_cast<std::size_t>(at)]) {
    seen[static_cast<std::size_t>(at)] = true;
    for (const std::string& name : graph.node(at).input()) {
      const auto producer = producers.find(name);
      if (producer == producers.end() || waiting[static_cast<std::size_t>(producer->second)] == 0) continue;
      at = producer->second;
      break;
    }
  }
  return fmt::format("the graph has a cycle through {}", describe(graph.node(at)));
}

}  // namespace

std::string display_name(const onnx::NodeProto& node) {
  if (!node.name().empty()) return node.name();
  for (const std::string& output : node.output()) {
    if (!output.empty()) return fmt::format("{}_{}", node.op_type(), output);
  }
  return node.op_type();
}

std::vector<int> topological_order(const onnx::GraphProto& graph, const std::unordered_set<std::string>& known) {
  const Producers producers = find_producers(graph, known);
  std::vector<int> waiting(static_cast<std::size_t>(graph.node_size()));  // inputs not made yet
  std::vector<std::vector<int>> readers(waiting.size());
  for (int n = 0; n < graph.node_size(); ++n) {
    for (const std::string& name : graph.node(n).input()) {
      if (name.empty() || known.count(name) != 0) continue;
      const auto producer = producers.find(name);
      if (producer == producers.end()) {
        throw ModelError(fmt::format("{} reads '{}', which is no input, no initializer and made by no node",
                                     describe(graph.node(n)), name));
      }
      ++waiting[static_cast<std::size_t>(n)];
      readers[static_cast<std::size_t>(producer->second)].push_back(n);
    }
  }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;  // the file's order where there is a choice
  for (int n = 0; n < graph.node_size(); ++n) {
    if (waiting[static_cast<std::size_t>(n)] == 0) ready.push(n);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (const int reader : readers[static_cast<std::size_t>(order.back())]) {
      if (--waiting[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
    }
  }
  if (order.size() != waiting.size()) throw ModelError(describe_cycle(graph, producers, waiting));
  return order;
}

}  // namespace intloom::graph
