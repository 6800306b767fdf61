// The tables of a comparison that have one row a machine.
#pragma once

#include <string>
#include <vector>

#include "sim/compare/comparison.h"
#include "sim/compare/machine_labels.h"

namespace intloom::sim {

struct TotalsText {
  std::string table;
  MachineLabels labels;  // in the style that lets the table fit
};
// `order`: machines from the top down. `numbered`: with a column of their numbers, from 1 as given.
TotalsText totals_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                       bool numbered);

// Integers, distance from float, classes, recorded outputs; empty where nothing was checked.
std::string checks_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                        const MachineLabels& labels);

// Which machines no other beats in both cycles and array size; empty for one machine.
std::string front_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                       const MachineLabels& labels);

// Machines that cannot run the model, with the reason; empty where all can.
std::string failures_text(const Comparison& comparison, std::size_t model);

// A machine's label where no column holds its array, with the array where labels are not distinct: "16x16
// bytes_per_cycle=4".
std::string label_with_array(const Comparison& comparison, std::size_t model, std::size_t machine,
                             const MachineLabels& labels);

}  // namespace intloom::sim
