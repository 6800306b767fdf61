// What a report says about a run besides its result: which tool, model, machine and input it was.
#pragma once

#include <cstdint>
#include <string>

#include "rtl_models/isa/machine_description.h"
#include "sim/session/session.h"

namespace intloom::sim {

struct ReportContext {
  std::string version;
  std::string model_path, model_sha256;
  isa::MachineDescription machine;  // rounding resolved
  std::string input_source;
  std::uint64_t seed = 1;
  int threads = 1;
  std::string out_directory;  // empty: no files
};

std::string rounding_name(isa::Rounding rounding);

}  // namespace intloom::sim
