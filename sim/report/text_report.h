// A run's result for a person, in at most 100 columns: totals first, then where the cycles went, then the checks.
#pragma once

#include <string>

#include "sim/report/report_context.h"

namespace intloom::sim {

std::string text_report(const ReportContext& context, const RunResult& result, bool verbose);

// The table of all layers (of --verbose, and of small networks).
std::string layer_table(const RunResult& result);

}  // namespace intloom::sim
