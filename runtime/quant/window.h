// The window of Conv and of pooling operators, from a node's attributes.
#pragma once

#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"

namespace intloom::quant {

// Input [1, C, L] or [1, C, H, W] and output of the same rank; kernel: one or two extents. Reads strides, dilations,
// pads, auto_pad and ceil_mode, and checks that they make the output's shape. Throws graph::ModelError.
//
// ceil_mode: the end pads become what the last window reaches beyond the input, more or less than the model's pads.
WindowParameters read_window(const graph::Node& node, const graph::Shape& input, const graph::Shape& output,
                             const std::vector<std::int64_t>& kernel);

// Rank 3 or 4, else an error.
void check_map_rank(const graph::Node& node, const graph::Shape& shape);

// True where a window of the output lies on padding that ceil_mode added.
bool ceil_mode_pads(const graph::Node& node, const WindowParameters& window);

}  // namespace intloom::quant
