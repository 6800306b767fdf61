#include "sim/compare/machine_labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace intloom::sim {

namespace {

using Machines = std::vector<ComparedMachine>;

const std::string* value_of(const ComparedMachine& machine, const std::string& key) {
  const std::string* value = nullptr;  // the last one counts
  for (const auto& change : machine.changes)
    if (change.first == key) value = &change.second;
  return value;
}

bool is_array_size(const std::string& key) { return key == "array.rows" || key == "array.cols"; }

// Keys changed in any machine, in the order in which they are first named.
std::vector<std::string> changed_keys(const Machines& machines) {
  std::vector<std::string> keys;
  for (const ComparedMachine& machine : machines)
    for (const auto& change : machine.changes)
      if (std::find(keys.begin(), keys.end(), change.first) == keys.end()) keys.push_back(change.first);
  return keys;
}

bool differs(const Machines& machines, const std::string& key) {
  const std::string* first = value_of(machines.front(), key);
  return std::any_of(machines.begin(), machines.end(), [&](const ComparedMachine& machine) {
    const std::string* value = value_of(machine, key);
    return (value == nullptr) != (first == nullptr) || (value != nullptr && *value != *first);
  });
}

bool bases_differ(const Machines& machines) {
  return std::any_of(machines.begin(), machines.end(),
                     [&](const ComparedMachine& machine) { return machine.base != machines.front().base; });
}

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

// "bytes_per_cycle" where no other of the keys ends so.
std::string shortest(const std::string& key, const std::vector<std::string>& keys) {
  const auto same = std::count_if(keys.begin(), keys.end(),
                                  [&](const std::string& other) { return last_part(other) == last_part(key); });
  return same > 1 ? key : last_part(key);
}

std::string label_of(const ComparedMachine& machine, const std::vector<std::string>& keys, LabelStyle style) {
  std::vector<std::string> parts;
  for (const std::string& key : keys) {
    const std::string* value = value_of(machine, key);
    if (style == LabelStyle::values)
      parts.push_back(value == nullptr ? "-" : *value);
    else if (value != nullptr)
      parts.push_back(fmt::format("{}={}", style == LabelStyle::keys ? key : shortest(key, keys), *value));
  }
  return fmt::format("{}", fmt::join(parts, style == LabelStyle::values ? " / " : " "));
}

std::string heading_of(const Machines& machines, const std::vector<std::string>& all,
                       const std::vector<std::string>& listed, LabelStyle style) {
  std::vector<std::string> same, sizes;
  for (const std::string& key : all) {
    if (!differs(machines, key))
      same.push_back(fmt::format("{}={}", key, *value_of(machines.front(), key)));
    else if (is_array_size(key))
      sizes.push_back(key);
  }
  std::string heading = bases_differ(machines) ? "Machines" : machines.front().base;
  if (!same.empty()) heading += fmt::format(" with {}", fmt::join(same, ", "));
  std::vector<std::string> varied = sizes;
  varied.insert(varied.end(), listed.begin(), listed.end());
  if (!varied.empty()) heading += fmt::format("; they differ in {}", fmt::join(varied, ", "));
  if (style == LabelStyle::values && !listed.empty())
    heading += fmt::format("; column machine: {}{}", bases_differ(machines) ? "base / " : "", fmt::join(listed, " / "));
  return heading;
}

}  // namespace

MachineLabels machine_labels(const std::vector<ComparedMachine>& machines, LabelStyle style) {
  MachineLabels result;
  if (style == LabelStyle::names || machines.empty()) {
    for (const ComparedMachine& machine : machines) result.labels.push_back(machine.name);
    return result;
  }
  const std::vector<std::string> all = changed_keys(machines);
  std::vector<std::string> listed;
  for (const std::string& key : all)
    if (!is_array_size(key) && differs(machines, key)) listed.push_back(key);
  const bool with_base = bases_differ(machines);
  for (const ComparedMachine& machine : machines) {
    const bool plain = std::none_of(listed.begin(), listed.end(),
                                    [&](const std::string& key) { return value_of(machine, key) != nullptr; });
    std::string label = plain ? "" : label_of(machine, listed, style);
    if (with_base)
      label = label.empty() ? machine.base
                            : fmt::format("{}{}{}", machine.base, style == LabelStyle::values ? " / " : " ", label);
    if (label.empty() && !listed.empty()) label = machine.base;  // the base itself among its variants
    result.labels.push_back(std::move(label));
  }
  result.distinct = std::set<std::string>(result.labels.begin(), result.labels.end()).size() == machines.size();
  result.heading = heading_of(machines, all, listed, style);
  return result;
}

}  // namespace intloom::sim
