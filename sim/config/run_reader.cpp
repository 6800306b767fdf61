#include "sim/config/run_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "sim/config/config.h"
#include "sim/config/machine_file.h"
#include "sim/config/machine_keys.h"
#include "sim/config/presets.h"

namespace intloom::sim {

namespace {

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace

const YamlEntry* RunReader::entry(const std::string& key) {
  known_.push_back(key);
  return file_.find(key);
}

std::string RunReader::joined(const std::string& path) const {
  return (std::filesystem::path(file_.folder) / path).lexically_normal().string();
}

std::string RunReader::existing(const Scalar& scalar, const std::string& path) const {
  const std::string full = joined(path);
  if (!exists(full)) fail(scalar, fmt::format("no such file {}", shown_path(full)));
  return full;
}

std::optional<std::string> RunReader::existing_path(const std::string& key) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return existing(found->value, read_text(found->value, "the name of a file"));
}

std::optional<std::string> RunReader::path(const std::string& key) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return joined(read_text(found->value, "the name of a file or folder"));
}

std::optional<std::string> RunReader::text(const std::string& key) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return read_text(found->value, "a text");
}

std::optional<std::string> RunReader::word(const std::string& key, const std::vector<std::string>& words) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return words[read_word(found->value, words)];
}

std::optional<bool> RunReader::boolean(const std::string& key) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return read_boolean(found->value);
}

std::optional<std::int64_t> RunReader::integer(const std::string& key, std::int64_t min, std::int64_t max) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return read_integer(found->value, min, max, "", false);
}

std::vector<Scalar> RunReader::one_or_more(const YamlEntry& entry) const {
  if (entry.value.form != Scalar::Form::list) return {entry.value};
  if (entry.items.empty()) fail(entry.value, "the list is empty");
  return entry.items;
}

std::vector<std::string> RunReader::existing_paths(const std::string& key) {
  std::vector<std::string> paths;
  if (const YamlEntry* found = entry(key); found != nullptr)
    for (const Scalar& item : one_or_more(*found))
      paths.push_back(existing(item, read_text(item, "the name of a file, or a list of them")));
  return paths;
}

std::string RunReader::machine_spec(const Scalar& scalar, bool alternatives) const {
  const std::string spec = read_text(scalar, "a preset or a .yaml file, as NAME or NAME:key=value,...");
  const std::string where = fmt::format("{}: {}", scalar.place.column_text(), scalar.key);
  const MachineSpec split = split_machine_spec(spec, where);
  const std::string path = machine_path(split.name, file_.folder, where);
  const bool several = expand_machines({spec}, where).front().of_alternatives;
  if (several && !alternatives) fail(scalar, "{...} stands for several machines; a comparison takes them");
  std::string result = names_a_file(split.name) ? path : split.name;
  if (!split.assignments.empty()) result += fmt::format(":{}", fmt::join(split.assignments, ","));
  return result;
}

std::optional<std::string> RunReader::machine(const std::string& key) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  return machine_spec(found->value, false);
}

std::vector<std::string> RunReader::machines(const std::string& key) {
  std::vector<std::string> specs;
  if (const YamlEntry* found = entry(key); found != nullptr)
    for (const Scalar& item : one_or_more(*found)) specs.push_back(machine_spec(item, true));
  return specs;
}

std::string RunReader::input(const Scalar& scalar) const {
  const std::string text = read_text(scalar, "a file, or NAME=FILE, or a list or map of them");
  const auto equals = text.find('=');
  if (equals == std::string::npos || exists(joined(text))) return existing(scalar, text);
  return text.substr(0, equals + 1) + existing(scalar, text.substr(equals + 1));
}

std::vector<std::string> RunReader::inputs(const std::string& key) {
  std::vector<std::string> inputs;
  const YamlEntry* found = entry(key);
  if (found == nullptr) return inputs;
  if (found->value.form != Scalar::Form::map) {
    for (const Scalar& item : one_or_more(*found)) inputs.push_back(input(item));
    return inputs;
  }
  for (const YamlEntry& child : found->children)
    inputs.push_back(child.key + "=" + existing(child.value, read_text(child.value, "the name of a file")));
  return inputs;
}

std::map<std::string, std::int64_t> RunReader::dims(const std::string& key) {
  std::map<std::string, std::int64_t> dims;
  const YamlEntry* found = entry(key);
  if (found == nullptr) return dims;
  if (found->value.form != Scalar::Form::map)
    fail(found->value, fmt::format("expected a map of dimensions, as in \"{}: {{N: 1}}\"", key));
  for (const YamlEntry& child : found->children)
    dims[child.key] = read_integer(child.value, 1, std::int64_t{1} << 31, "", false);
  return dims;
}

std::vector<std::string> RunReader::sets(const std::string& key) {
  std::vector<std::string> sets;
  const YamlEntry* found = entry(key);
  if (found == nullptr) return sets;
  if (found->value.form != Scalar::Form::map)
    fail(found->value, fmt::format("expected a map of machine keys, as in \"{}: {{array.rows: 32}}\"", key));
  const auto add = [&](const YamlEntry& entry) {
    Scalar setting = entry.value;
    setting.key = setting.key.substr(key.size() + 1);
    if (find_machine_key(setting.key) == nullptr) fail(entry.key_place, unknown_machine_key(setting.key));
    sets.push_back(checked_set(setting));
  };
  for (const YamlEntry& child : found->children) {
    if (child.children.empty()) {
      add(child);
    } else {
      for (const YamlEntry& grandchild : child.children) add(grandchild);
    }
  }
  return sets;
}

std::optional<double> RunReader::number_in(const std::string& key, const std::string& name, const std::string& unit) {
  const YamlEntry* found = entry(key);
  if (found == nullptr) return std::nullopt;
  if (found->value.form != Scalar::Form::map)
    fail(found->value, fmt::format("expected a map, as in \"{}: {{{}: 2}}\"", key, name));
  std::optional<double> number;
  for (const YamlEntry& child : found->children) {
    if (child.key != name)
      fail(child.key_place, fmt::format("unknown key {}; the key of {} is {}", child.value.key, key, name));
    number = read_number(child.value, 0, unit);
  }
  return number;
}

void RunReader::finish(const std::vector<std::string>& foreign, const std::string& hint) const {
  for (const YamlEntry& entry : file_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    if (std::find(foreign.begin(), foreign.end(), entry.key) != foreign.end())
      fail(entry.key_place,
           fmt::format("unknown key {}{}; {} {}", entry.key, suggestion(entry.key, known_), hint, file_.path));
    const std::string near = suggestion(entry.key, known_);
    if (!near.empty()) fail(entry.key_place, fmt::format("unknown key {}{}", entry.key, near));
    if (find_machine_key(entry.key) != nullptr)
      fail(entry.key_place, fmt::format("unknown key {}; a key of the machine goes under set:", entry.key));
    fail(entry.key_place, fmt::format("unknown key {}; the keys are {}", entry.key, fmt::join(known_, ", ")));
  }
}

}  // namespace intloom::sim
