// A YAML file as places and scalars: the only code that sees yaml-cpp. Syntax errors, duplicate keys and files that are
// not a map of words are ConfigErrors with file, line and column.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/config/scalar.h"

namespace intloom::sim {

// One entry of a map, in file order. `value.key` is the full path ("array.rows"), `key_place` that of the key itself.
struct YamlEntry {
  std::string key;  // last part
  Place key_place;
  Scalar value;
  std::vector<YamlEntry> children;  // of a map
  std::vector<Scalar> items;        // of a list; each item's key is "path[i]"
};

struct YamlFile {
  std::string path;    // as opened
  std::string folder;  // what relative paths in it start from
  std::vector<YamlEntry> entries;

  const YamlEntry* find(const std::string& key) const;
};

// Throws ConfigError; `what` says for whom: "a machine", "a run".
YamlFile read_yaml_file(const std::string& path, const std::string& what);

}  // namespace intloom::sim
