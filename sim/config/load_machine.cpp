#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>

#include "sim/config/config.h"
#include "sim/config/machine_checks.h"
#include "sim/config/machine_file.h"
#include "sim/config/machine_keys.h"
#include "sim/config/presets.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

namespace {

// Applies settings in order; later ones win.
class Resolver {
 public:
  Resolver() {
    for (const MachineKey& key : machine_keys()) origins_[key.path] = Place{"default", 0, 0};
  }

  void apply(const Scalar& setting) {
    const MachineKey* key = find_machine_key(setting.key);
    if (key == nullptr) fail(setting.place, unknown_machine_key(setting.key));
    key->set(&machine_, setting);
    origins_[key->path] = setting.place;
  }

  void default_name(const std::string& name) { machine_.name = name; }
  bool written_by(const std::string& key, const std::string& source) const { return origins_.at(key).source == source; }
  void extend_name(const std::string& text) { machine_.name += text; }

  Machine result() const {
    check_machine(machine_, origins_);
    Machine machine{machine_, {}};
    for (const MachineKey& key : machine_keys())
      machine.keys.push_back(ResolvedKey{key.path, key.get(machine_), key.unit, origins_.at(key.path).line_text(),
                                         key.description, key.range});
    return machine;
  }

 private:
  isa::MachineDescription machine_;
  std::map<std::string, Place> origins_;
};

}  // namespace

Machine load_machine(const std::string& spec, const std::vector<std::string>& sets) {
  const MachineSpec split = split_machine_spec(spec, "-m");
  const std::string path = machine_path(split.name, "", "-m");
  Resolver resolver;
  resolver.default_name(std::filesystem::path(path).stem().string());
  for (const Scalar& setting : machine_file_settings(path)) resolver.apply(setting);
  std::vector<std::string> changes;
  for (const std::string& assignment : split.assignments) {
    const Scalar setting = read_assignment(assignment, "-m");
    changes.push_back(setting.key + "=" + setting.text);
    resolver.apply(setting);
  }
  // Two variants of one machine must differ in name: a comparison shows them side by side.
  if (!changes.empty() && !resolver.written_by("name", "-m"))
    resolver.extend_name(fmt::format(":{}", fmt::join(changes, ",")));
  for (const std::string& set : sets) resolver.apply(read_assignment(set, "--set"));
  return resolver.result();
}

std::string to_yaml(const Machine& machine) {
  YAML::Emitter out;
  out << YAML::Comment("A resolved machine: every key, nothing inherited.") << YAML::Newline << YAML::BeginMap;
  std::string section;
  for (const MachineKey& key : machine_keys()) {
    if (key.section() != section) {
      if (!section.empty()) out << YAML::EndMap;
      section = key.section();
      if (!section.empty()) out << YAML::Key << section << YAML::Value << YAML::BeginMap;
    }
    const std::string value = key.get(machine.description);
    out << YAML::Key << key.name() << YAML::Value;
    if (key.kind == MachineKey::Kind::text) {
      out << YAML::DoubleQuoted << value;
    } else {
      out << value;
    }
    if (!key.unit.empty()) out << YAML::Comment(key.unit);
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace intloom::sim
