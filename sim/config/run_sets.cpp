#include <fmt/format.h>

#include <algorithm>

#include "sim/config/config.h"
#include "sim/config/machine_keys.h"
#include "sim/config/run_reader.h"

namespace intloom::sim {

namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A word that no machine key resembles is more likely a misspelt key of the run.
void check_not_a_run_key(const Scalar& setting, const std::vector<std::string>& run_keys) {
  if (find_machine_key(setting.key) != nullptr || setting.key.find('.') != std::string::npos) return;
  const std::string near = suggestion(setting.key, run_keys);
  if (!near.empty() && nearest(setting.key, machine_key_paths()).empty())
    fail(setting.place, fmt::format("unknown key {}{}", setting.key, near));
}

// Adds "a" or "a.b", as a file would have it: a map `a` with key `b`.
void add_run_setting(const Scalar& setting, std::vector<YamlEntry>* entries) {
  const auto dot = setting.key.find('.');
  const std::string first = setting.key.substr(0, dot);
  YamlEntry entry{first, setting.place, setting, {}, {}};
  if (dot != std::string::npos) {
    entry.value = Scalar{first, {}, Scalar::Form::map, setting.place};
    entry.children.push_back(YamlEntry{setting.key.substr(dot + 1), setting.place, setting, {}, {}});
  }
  const auto same = std::find_if(entries->begin(), entries->end(), [&](const YamlEntry& e) { return e.key == first; });
  if (same == entries->end()) {
    entries->push_back(std::move(entry));
  } else if (entry.children.empty() || same->children.empty()) {
    *same = std::move(entry);
  } else {
    same->children.push_back(std::move(entry.children.front()));
  }
}

}  // namespace

std::string checked_set(const Scalar& setting) {
  const MachineKey* key = find_machine_key(setting.key);
  if (key == nullptr) fail(setting.place, unknown_machine_key(setting.key));
  isa::MachineDescription scratch;
  key->set(&scratch, setting);
  return setting.key + "=" + setting.text;
}

RunSets split_sets(const std::vector<std::string>& sets, const std::vector<std::string>& run_keys) {
  RunSets result;
  for (const std::string& set : sets) {
    const Scalar setting = read_assignment(set, "--set");
    if (contains(run_keys, setting.key.substr(0, setting.key.find('.')))) {
      add_run_setting(setting, &result.run.entries);
    } else {
      check_not_a_run_key(setting, run_keys);
      result.machine.push_back(checked_set(setting));
    }
  }
  return result;
}

}  // namespace intloom::sim
