#include "sim/config/machine_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/config/config.h"

namespace intloom::sim {

std::string MachineKey::section() const {
  const auto dot = path.find('.');
  return dot == std::string::npos ? std::string() : path.substr(0, dot);
}

std::string MachineKey::name() const { return path.substr(path.find('.') + 1); }

const MachineKey* find_machine_key(const std::string& path) {
  const auto& keys = machine_keys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const MachineKey& key) { return key.path == path; });
  return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> machine_key_paths() {
  std::vector<std::string> paths;
  for (const MachineKey& key : machine_keys()) paths.push_back(key.path);
  return paths;
}

std::vector<std::string> machine_sections() {
  std::vector<std::string> sections;
  for (const MachineKey& key : machine_keys())
    if (!key.section().empty() && (sections.empty() || sections.back() != key.section()))
      sections.push_back(key.section());
  return sections;
}

namespace {

// Keys under another section whose last part is the word: "rows" at the top level means array.rows.
std::vector<std::string> same_last_part(const std::string& path) {
  const std::string last = path.substr(path.rfind('.') + 1);
  std::vector<std::string> found;
  for (const MachineKey& key : machine_keys())
    if (key.name() == last) found.push_back(key.path);
  return found;
}

std::vector<std::string> keys_of(const std::string& section) {
  std::vector<std::string> names;
  for (const MachineKey& key : machine_keys())
    if (key.section() == section) names.push_back(key.name());
  return names;
}

}  // namespace

std::string unknown_machine_key(const std::string& path) {
  const std::string message = fmt::format("unknown key {}", path);
  if (const std::vector<std::string> names = keys_of(path); !names.empty())
    return fmt::format("{0} is a section, not a key; its keys are {0}.{1}", path,
                       fmt::join(names, fmt::format(", {}.", path)));
  const auto dot = path.find('.');
  const std::string section = dot == std::string::npos ? std::string() : path.substr(0, dot);
  const std::vector<std::string> siblings = section.empty() ? std::vector<std::string>() : keys_of(section);
  const std::string sibling = nearest(path.substr(dot + 1), siblings);
  if (!sibling.empty()) return fmt::format("{}; did you mean {}.{}?", message, section, sibling);
  const std::vector<std::string> elsewhere = same_last_part(path);
  if (!elsewhere.empty()) return fmt::format("{}; did you mean {}?", message, fmt::join(elsewhere, " or "));
  if (!siblings.empty()) return fmt::format("{}; the keys of {} are {}", message, section, fmt::join(siblings, ", "));
  std::vector<std::string> candidates = machine_key_paths();
  for (const std::string& name : machine_sections()) candidates.push_back(name);
  candidates.emplace_back("base");
  const std::string near = suggestion(path, candidates);
  if (!near.empty()) return message + near;
  return fmt::format("{}; the sections of a machine are {}", message, fmt::join(machine_sections(), ", "));
}

}  // namespace intloom::sim
