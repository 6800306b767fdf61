// What the counters of any run owe to each other.
#pragma once

#include "rtl_models/machine/machine.h"
#include "runtime/compile/program.h"
#include "sim/session/session.h"

namespace intloom::system_test {

// Units: active + stalls + idle = total = cycles. Layers: their cycles add up to the run's, their causes to their
// cycles, and their DRAM bytes to what the DMA's blocks and the memory have counted.
void expect_counters_add_up(const compile::Program& program, std::int64_t cycles,
                            const std::vector<sim::LayerResult>& layers, const std::vector<sim::UnitStatistics>& units,
                            const std::vector<sim::Statistic>& statistics);

// The statistic's value; a failure and -1 where there is none of this path.
double statistic(const std::vector<sim::Statistic>& statistics, const std::string& path);

}  // namespace intloom::system_test
