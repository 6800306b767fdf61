// What RUN.yaml and COMPARE.yaml have in common: typed reading of keys, paths relative to the file, --set.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/yaml_file.h"

namespace intloom::sim {

// Reads the entries of one file (or of the --set of a command line) key by key; finish() reports what nobody asked for.
class RunReader {
 public:
  explicit RunReader(YamlFile file) : file_(std::move(file)) {}

  std::optional<std::string> existing_path(const std::string& key);
  std::optional<std::string> path(const std::string& key);  // may not exist yet
  std::optional<std::string> text(const std::string& key);
  std::optional<std::string> machine(const std::string& key);
  std::optional<std::string> word(const std::string& key, const std::vector<std::string>& words);
  std::optional<bool> boolean(const std::string& key);
  std::optional<std::int64_t> integer(const std::string& key, std::int64_t min, std::int64_t max);
  std::vector<std::string> existing_paths(const std::string& key);  // a text or a list
  std::vector<std::string> machines(const std::string& key);
  std::vector<std::string> inputs(const std::string& key);  // text, list, or a map of names to files
  std::map<std::string, std::int64_t> dims(const std::string& key);
  std::vector<std::string> sets(const std::string& key);  // a map of machine keys; checked here
  std::optional<double> number_in(const std::string& key, const std::string& name, const std::string& unit);

  // `foreign`: keys of the other kind of file; `hint`: which command takes that.
  void finish(const std::vector<std::string>& foreign,
              const std::string& hint) const;  // throws for keys that no reading named

 private:
  const YamlEntry* entry(const std::string& key);
  std::string joined(const std::string& path) const;
  std::string existing(const Scalar& scalar, const std::string& path) const;
  std::string input(const Scalar& scalar) const;
  std::string machine_spec(const Scalar& scalar, bool alternatives) const;
  std::vector<Scalar> one_or_more(const YamlEntry& entry) const;

  YamlFile file_;
  std::vector<std::string> known_;
};

// "key=value" of a machine key whose value has been read once, so that an error names the place where it was written.
std::string checked_set(const Scalar& setting);

// The --set of a command line: those whose first part is one of `run_keys` as a file of their own, the rest (keys of
// the machine, checked) as they are.
struct RunSets {
  YamlFile run;
  std::vector<std::string> machine;
};
RunSets split_sets(const std::vector<std::string>& sets, const std::vector<std::string>& run_keys);

}  // namespace intloom::sim
