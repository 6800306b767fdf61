#include "sim/cli/run_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "runtime/import/npy.h"
#include "sim/report/json_report.h"
#include "sim/report/result_files.h"

namespace intloom::sim {

namespace {

void add_tensors(ResultFiles& files, const std::string& folder, const RunResult& result) {
  nlohmann::ordered_json index = nlohmann::ordered_json::array();
  int number = 0;
  for (const DumpedTensor& dumped : result.tensors) {
    const std::string file = fmt::format("{:04}_{}.npy", number++, file_name_of(dumped.tensor));
    files.add(fmt::format("{}tensors/{}", folder, file), graph::format_npy(dumped.data));
    index.push_back({{"file", file},
                     {"tensor", dumped.tensor},
                     {"quantized_tensor", dumped.quantized_tensor},
                     {"layer", dumped.layer},
                     {"dtype", graph::data_type_name(dumped.data.type)},
                     {"shape", dumped.data.shape},
                     {"scale", dumped.scale},
                     {"zero_point", dumped.zero_point}});
  }
  files.add(folder + "tensors/index.json", index.dump(1) + "\n");
}

}  // namespace

void add_dump(ResultFiles& files, const std::string& folder, const RunResult& result) {
  for (const OutputResult& output : result.outputs)
    files.add(folder + "outputs/" + file_name_of(output.name) + ".npy", graph::format_npy(output.data));
  if (!result.tensors.empty()) add_tensors(files, folder, result);
}

void write_run_files(ResultFiles& files, bool outputs, const Machine& machine, Simulation& simulation) {
  RunResult& result = simulation.result;
  files.add("report.json", json_report(simulation.context, result));
  files.add("layers.csv", csv_report(result));
  files.add("machine.yaml", to_yaml(machine));
  if (outputs) add_dump(files, "", result);
  files.publish();
  for (const std::string& path : files.published()) result.written_files.push_back(path);
}

}  // namespace intloom::sim
