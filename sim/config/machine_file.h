// The settings of a machine as written: of its file, of the files it inherits from, of the command line.
#pragma once

#include <string>
#include <vector>

#include "sim/config/scalar.h"

namespace intloom::sim {

// Settings of the file and its bases, the farthest base first, so that later ones win. `name` and `description` are
// those of the file itself only. Every key exists in the table; values are not read yet.
std::vector<Scalar> machine_file_settings(const std::string& path);

// "NAME|FILE[:key=value,...]" taken apart. A ':' belongs to the path unless key=value follows, a ',' between braces to
// the value.
struct MachineSpec {
  std::string name;
  std::vector<std::string> assignments;
};
MachineSpec split_machine_spec(const std::string& spec, const std::string& source);

}  // namespace intloom::sim
