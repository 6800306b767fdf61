// Every key of a machine: unit, description, range, and its field in isa::MachineDescription.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

struct MachineKey {
  enum class Kind : std::uint8_t { text, integer, bytes, word, boolean };

  std::string path;  // "array.rows": section and key, or a key at the top level
  Kind kind = Kind::integer;
  std::string unit;  // "rows", "bytes", "ps"; empty for words and texts
  std::string description;
  std::string range;  // "1..256", "wrap, saturate, error"
  std::function<std::string(const isa::MachineDescription&)> get;
  // Reads and range-checks the scalar; throws ConfigError.
  std::function<void(isa::MachineDescription*, const Scalar&)> set;

  std::string section() const;  // "array", or empty
  std::string name() const;     // "rows"
};

// In the order of the listing; keys of a section are neighbours.
const std::vector<MachineKey>& machine_keys();
const MachineKey* find_machine_key(const std::string& path);
std::vector<std::string> machine_key_paths();
std::vector<std::string> machine_sections();

// What is wrong with an unknown key path and what was probably meant: "unknown key array.row; did you mean array.rows?"
std::string unknown_machine_key(const std::string& path);

}  // namespace intloom::sim
