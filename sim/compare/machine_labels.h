// Short names of machines that are compared: what tells them apart, beside a column with the size of their arrays.
#pragma once

#include <string>
#include <vector>

#include "sim/compare/comparison.h"

namespace intloom::sim {

enum class LabelStyle : std::uint8_t {
  names,       // edge_16x16:array.rows=8,array.cols=8,memory.bytes_per_cycle=4
  keys,        // memory.bytes_per_cycle=4
  short_keys,  // bytes_per_cycle=4
  values       // 4
};

struct MachineLabels {
  std::vector<std::string> labels;  // by machine; all empty where only the arrays' sizes tell them apart
  bool distinct = true;             // no two are equal
  std::string heading;              // what the labels leave out: "edge_16x16 with array.rows, ... as listed"; or empty
};

MachineLabels machine_labels(const std::vector<ComparedMachine>& machines, LabelStyle style);

}  // namespace intloom::sim
