// Which part of its input's map a Slice or a Resize reads.
#pragma once

#include <vector>

#include "runtime/compile/context.h"
#include "runtime/mapping/tiling.h"

namespace intloom::compile {

struct MapBegin {
  std::int64_t channel = 0, y = 0, x = 0;
};

// Where the output of a slice begins in the map of its input. CompileError where it is no box of that map: a slice
// along a dimension that shares the map's height with others.
MapBegin slice_begin(const Context& context, const quant::Layer& layer);

// The axis of a resize as tiling sees it: its stride bounds how many sources a tile needs.
mapping::WindowAxis resized_axis(std::int64_t input, const std::vector<std::int64_t>& index);

}  // namespace intloom::compile
