// YAML -> resolved machines and runs: the only user of yaml-cpp.
//
// Two stages: the file's values with their places (file, line, column) and the inheritance by `base:`; then the
// resolved, immutable description with defaults applied and ranges checked. Every key has a unit, a description, a
// range and a default in one table (machine_keys.h); an unknown key, a wrong type or a value out of range is a
// ConfigError that names file, line, column and the nearest valid key.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rtl_models/isa/machine_description.h"

namespace intloom::sim {

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One key of a resolved machine, for listings and for the file written beside a result.
struct ResolvedKey {
  std::string key;     // "array.rows"
  std::string value;   // as YAML
  std::string unit;    // "rows", "bytes", "ps", ...
  std::string origin;  // "configs/machines/edge_16x16.yaml:4", "default", "--set"
  std::string description;
  std::string range;  // "1..256", "wrap, saturate, error"
};

struct Machine {
  isa::MachineDescription description;
  std::vector<ResolvedKey> keys;
};

// `spec`: NAME or FILE, then optionally ":key=value,key=value" (interface.md, -m). `sets`: --set key=value. `source`:
// where the spec was written, for messages and for the origin of its changes.
Machine load_machine(const std::string& spec, const std::vector<std::string>& sets = {},
                     const std::string& source = "-m");

// Loads many machines; each file is read once.
class MachineLoader {
 public:
  explicit MachineLoader(std::vector<std::string> sets = {}, std::string source = "-m");
  ~MachineLoader();
  Machine load(const std::string& spec);

 private:
  struct Files;
  std::unique_ptr<Files> files_;
  std::vector<std::string> sets_;
  std::string source_;
};

// One of the machines that a spec with alternatives stands for: "edge_16x16:array.rows={8,16},array.cols={8,16}" are
// four, the last key changing fastest.
struct MachineVariant {
  std::string spec;  // "edge_16x16:array.rows=8,array.cols=16", for load_machine
  std::string base;  // "edge_16x16"
  std::vector<std::pair<std::string, std::string>> changes;  // {"array.rows", "8"}, ...
  bool of_alternatives = false;
};
inline constexpr std::int64_t kMostMachines = 100000;
// The machines of all specs in their order; a spec without braces is one machine. Values among alternatives are read
// once here. ConfigError "SOURCE: SPEC: ...": a brace without its other half, an alternative that is empty or out of
// range, a key given twice, more than kMostMachines in all.
std::vector<MachineVariant> expand_machines(const std::vector<std::string>& specs, const std::string& source = "-m");

struct Preset {
  std::string name, path, description;
};
std::vector<Preset> list_presets();

// The resolved machine as YAML that load_machine reads back to the same description.
std::string to_yaml(const Machine& machine);

// A RUN.yaml: what `intloom run` takes on its command line, as a file. Paths are relative to the file.
struct RunFile {
  std::string path;
  std::optional<std::string> model, machine, reference, labels, expected, out, fidelity, values, check, dump, trace;
  std::optional<std::string> trace_layers, trace_cycles, trace_scope;  // as on the command line
  std::vector<std::string> inputs;                                     // [NAME=]FILE
  std::map<std::string, std::int64_t> dims;
  std::vector<std::string> sets;  // keys of the machine changed in place
  std::optional<std::int64_t> seed, threads;
  std::optional<bool> as_int8;
  std::optional<double> limit_max_abs_lsb;
};
// `sets`: --set of the command line. A key of the run replaces the file's value (its paths are relative to the working
// directory); a key of the machine is appended to `RunFile::sets`. An empty path: only the sets.
RunFile load_run_file(const std::string& path, const std::vector<std::string>& sets = {});

// A COMPARE.yaml: models by machines.
struct CompareFile {
  std::string path;
  std::vector<std::string> models, machines;  // machines: specs, with alternatives as written
  std::vector<std::string> inputs;
  std::map<std::string, std::int64_t> dims;
  std::optional<std::int64_t> seed, threads;
  std::optional<bool> as_int8;
  std::optional<std::string> fidelity, values, check, reference, labels, expected, out, dump, sort;
  std::optional<double> limit_max_abs_lsb;
  std::vector<std::string> sets;  // keys changed in every machine
};
// `sets` as for load_run_file, with the keys of a comparison. An empty path: only the sets.
CompareFile load_compare_file(const std::string& path, const std::vector<std::string>& sets = {});

// Nearest of `candidates` to `word` by edit distance, empty where none is near. Used by every message that suggests.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace intloom::sim
