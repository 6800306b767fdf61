// Machines side by side, a row a layer, and why not N times.
#pragma once

#include <string>
#include <vector>

#include "sim/compare/comparison.h"
#include "sim/compare/machine_labels.h"

namespace intloom::sim {

// Titles of columns are labels where they are short, else numbers: "machine 2", as the column # of the totals.
bool needs_numbers(const std::vector<ComparedMachine>& machines);

// The machines `across` side by side; `all`: every layer, not only the costliest of the first of them.
std::string layers_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& across,
                        bool all);

// Where the cycles went that the machine takes beyond those of the baseline by its number of multipliers.
std::string why_not_text(const Comparison& comparison, std::size_t model, std::size_t machine,
                         const std::string& machine_label, const std::string& baseline_label);

}  // namespace intloom::sim
