#include "sim/config/machine_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "sim/config/config.h"
#include "sim/config/machine_keys.h"
#include "sim/config/presets.h"
#include "sim/config/yaml_file.h"

namespace intloom::sim {

namespace {

std::vector<std::string> top_level_words() {
  std::vector<std::string> words = machine_sections();
  for (const MachineKey& key : machine_keys())
    if (key.section().empty()) words.push_back(key.path);
  words.emplace_back("base");
  return words;
}

bool is_section(const std::string& word) {
  const std::vector<std::string> sections = machine_sections();
  return std::find(sections.begin(), sections.end(), word) != sections.end();
}

std::string unknown_at_top_level(const std::string& word) {
  if (const MachineKey* key = find_machine_key(word); key != nullptr)
    return fmt::format("unknown key {}; write {} under {}:", word, key->name(), key->section());
  const std::string near = suggestion(word, top_level_words());
  return near.empty() ? unknown_machine_key(word) : fmt::format("unknown key {}{}", word, near);
}

void add_section(const YamlEntry& section, std::vector<Scalar>* settings) {
  if (section.value.form != Scalar::Form::map)
    fail(section.value, "expected a map of keys, as in \"" + section.key + ": {key: value}\"");
  for (const YamlEntry& entry : section.children) {
    if (find_machine_key(entry.value.key) == nullptr) fail(entry.key_place, unknown_machine_key(entry.value.key));
    settings->push_back(entry.value);
  }
}

std::vector<Scalar> own_settings(const YamlFile& file) {
  std::vector<Scalar> settings;
  for (const YamlEntry& entry : file.entries) {
    if (is_section(entry.key)) {
      add_section(entry, &settings);
    } else if (entry.key != "base") {
      const MachineKey* key = find_machine_key(entry.key);
      if (key == nullptr || !key->section().empty()) fail(entry.key_place, unknown_at_top_level(entry.key));
      settings.push_back(entry.value);
    }
  }
  return settings;
}

std::string canonical(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

// `opened`: the files from which this one is inherited, nearest last.
std::vector<Scalar> settings_of(const std::string& path, std::vector<std::string> opened) {
  const YamlFile file = read_yaml_file(path, "a machine");
  opened.push_back(canonical(path));
  std::vector<Scalar> own = own_settings(file);
  const YamlEntry* base = file.find("base");
  if (base == nullptr) return own;
  const std::string name = read_text(base->value, "the name of a preset or of a .yaml file");
  const std::string where = base->value.place.column_text() + ": base";
  const std::string base_path = machine_path(name, file.folder, where);
  if (std::find(opened.begin(), opened.end(), canonical(base_path)) != opened.end())
    throw ConfigError(fmt::format("{}: {} inherits from itself", where, shown_path(base_path)));
  std::vector<Scalar> all = settings_of(base_path, std::move(opened));
  all.erase(
      std::remove_if(all.begin(), all.end(), [](const Scalar& s) { return s.key == "name" || s.key == "description"; }),
      all.end());
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

bool key_value_follows(const std::string& spec, std::size_t colon) {
  std::size_t i = colon + 1;
  while (i < spec.size() &&
         (std::isalnum(static_cast<unsigned char>(spec[i])) || spec[i] == '_' || spec[i] == '.' || spec[i] == ' '))
    ++i;
  return i > colon + 1 && i < spec.size() && spec[i] == '=';
}

std::size_t separator(const std::string& spec) {
  for (std::size_t colon = spec.find(':'); colon != std::string::npos; colon = spec.find(':', colon + 1))
    if (key_value_follows(spec, colon)) return colon;
  return std::string::npos;
}

// The ',' outside of braces that ends the assignment, or the end of the spec.
std::size_t assignment_end(const std::string& spec, std::size_t begin, const std::string& source) {
  bool inside = false;
  std::size_t end = begin;
  for (; end < spec.size() && (inside || spec[end] != ','); ++end) {
    if (spec[end] == (inside ? '{' : '}'))
      throw ConfigError(fmt::format("{}: {}: {}", source, spec, inside ? "a '{' within '{'" : "a '}' without its '{'"));
    if (spec[end] == '{' || spec[end] == '}') inside = !inside;
  }
  if (inside) throw ConfigError(fmt::format("{}: {}: a '{{' without its '}}'", source, spec));
  return end;
}

}  // namespace

std::vector<Scalar> machine_file_settings(const std::string& path) { return settings_of(path, {}); }

MachineSpec split_machine_spec(const std::string& spec, const std::string& source) {
  std::error_code error;
  if (names_a_file(spec) && std::filesystem::exists(spec, error)) return {spec, {}};
  const std::size_t colon = separator(spec);
  if (colon == std::string::npos) {
    const std::size_t last = spec.rfind(':');
    if (last != std::string::npos && spec.find('/', last) == std::string::npos)
      throw ConfigError(fmt::format("{}: {}: expected key=value after ':', got \"{}\"", source, spec.substr(0, last),
                                    spec.substr(last + 1)));
    return {spec, {}};
  }
  MachineSpec result{spec.substr(0, colon), {}};
  for (std::size_t begin = colon + 1; begin <= spec.size();) {
    const std::size_t end = assignment_end(spec, begin, source);
    result.assignments.push_back(spec.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace intloom::sim
