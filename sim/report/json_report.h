// report.json ("schema": "intloom.report/1") and layers.csv. Keys and their definitions: docs/report.md.
#pragma once

#include <string>

#include "sim/report/report_context.h"

namespace intloom::sim {

std::string json_report(const ReportContext& context, const RunResult& result);
std::string csv_report(const RunResult& result);  // one row a layer

}  // namespace intloom::sim
