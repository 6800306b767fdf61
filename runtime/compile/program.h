// What the runtime hands to a machine: commands, the memory image, and where tensors lie.
//
// Memory holds a feature map as [block][height][width][rows]: channel blocks of the array's rows, one word a pixel;
// lanes beyond the last channel are undefined. Model inputs and outputs lie linear, in the model's own order (row
// major, one byte an element); layers of kind `layout` convert between the two, at their cost in cycles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

struct MemorySegment {
  std::uint64_t address = 0;
  std::uint64_t size = 0;           // in bytes
  std::vector<std::uint8_t> bytes;  // `size` of them; none in a program without values
  std::string contents;             // "weights of conv1", for listings
};

// A model input or output in memory: row major bytes of the integer tensor.
struct LinearTensor {
  quant::TensorId tensor = -1;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};

// The part of a layer's output that one command leaves in the activation scratchpad when it ends. Channel
// channel0 + c lies in lane (lane0 + c) % rows of block (lane0 + c) / rows of `where`; pixel (y, x) of `where` is
// (y0 + y, x0 + x) of the tensor (as quant::map_shape sees it).
struct OutputPiece {
  std::uint32_t command = 0;
  quant::TensorId tensor = -1;
  std::uint32_t channel0 = 0, channels = 0, y0 = 0, x0 = 0, lane0 = 0;
  isa::MapRegion where;
};

// The output of a relayout that moves no byte ([1,C,1,1] to [1,C]): no command makes it and it has no pieces. Its
// integers are those of `source`, the layer's input, in the layer's order (RelayoutParameters). The layer then has no
// commands and takes no cycles.
struct Alias {
  quant::TensorId tensor = -1, source = -1;
};

struct ProgramLayer {
  std::string name;
  std::string op;          // Conv, Add, ...; "Layout" for a conversion between linear and blocked
  int network_layer = -1;  // index into Network::layers; -1 for layouts the compiler added
  std::int64_t macs = 0;   // useful multiply-accumulates
  std::uint32_t first_command = 0, commands = 0;
  std::string mapping;  // what the mapper chose, for a person: "tile 16x122 px, 32 ch; weights resident; out on chip"
  // What it was chosen by: estimated cycles of the layer, and those that evictions and later layers pay for what it
  // leaves in memory. 0 where nothing was mapped.
  std::int64_t mapping_cost_cycles = 0;
  std::string runner_up;  // the next best; empty where no other mapping fits
  std::int64_t runner_up_cost_cycles = 0;
  std::int64_t mappings_compared = 0;
};

struct Program {
  bool values = true;           // CompileOptions: false where it has times only, neither bytes in segments nor pieces
  isa::CommandStream commands;  // ends with END
  std::vector<ProgramLayer> layers;
  std::vector<MemorySegment> segments;
  std::vector<LinearTensor> inputs, outputs;
  std::vector<OutputPiece> pieces;  // by command, ascending; every element of every layer output exactly once,
                                    // model inputs (made by their Layout) included, outputs in alias_of not
  std::vector<Alias> alias_of;      // in program order
  std::uint64_t memory_bytes = 0;
};

}  // namespace intloom::compile
