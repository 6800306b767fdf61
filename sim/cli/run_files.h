// The result files of intloom run --out DIR.
#pragma once

#include <string>

#include "sim/cli/simulate.h"
#include "sim/report/result_files.h"

namespace intloom::sim {

// report.json, layers.csv, machine.yaml, outputs/NAME.npy and, where the result holds them, tensors/NNNN_NAME.npy with
// index.json; the result's list of written files is completed. Throws WriteError.
void write_run_files(ResultFiles& files, bool outputs, const Machine& machine, Simulation& simulation);

// outputs/NAME.npy and, where the result holds them, the tensors, below `folder` ("" or ending in '/').
void add_dump(ResultFiles& files, const std::string& folder, const RunResult& result);

}  // namespace intloom::sim
