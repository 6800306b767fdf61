// Constants that were read only by what has become a constant itself.
#pragma once

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Removes constants that neither a node nor the outputs read; renumbers the other tensors, in their order.
void drop_unread_constants(Graph& graph);

}  // namespace intloom::graph
