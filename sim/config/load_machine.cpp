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

struct MachineLoader::Files {
  struct File {
    std::string path;
    std::vector<Scalar> settings;
  };
  std::map<std::string, File> by_name;

  const File& of(const std::string& name, const std::string& source) {
    const auto known = by_name.find(name);
    if (known != by_name.end()) return known->second;
    const std::string path = machine_path(name, "", source);
    return by_name.emplace(name, File{path, machine_file_settings(path)}).first->second;
  }
};

MachineLoader::MachineLoader(std::vector<std::string> sets, std::string source)
    : files_(std::make_unique<Files>()), sets_(std::move(sets)), source_(std::move(source)) {}
MachineLoader::~MachineLoader() = default;

Machine MachineLoader::load(const std::string& spec) {
  const MachineSpec split = split_machine_spec(spec, source_);
  const Files::File& file = files_->of(split.name, source_);
  Resolver resolver;
  resolver.default_name(std::filesystem::path(file.path).stem().string());
  for (const Scalar& setting : file.settings) resolver.apply(setting);
  std::vector<std::string> changes;
  for (const std::string& assignment : split.assignments) {
    const Scalar setting = read_assignment(assignment, source_);
    if (setting.text.find('{') != std::string::npos)
      throw ConfigError(
          fmt::format("{}: {}: {{...}} stands for several machines; intloom compare takes them", source_, spec));
    changes.push_back(setting.key + "=" + setting.text);
    resolver.apply(setting);
  }
  for (const std::string& set : sets_) {
    const Scalar setting = read_assignment(set, "--set");
    changes.push_back(setting.key + "=" + setting.text);
    resolver.apply(setting);
  }
  // Two variants of one machine must differ in name: results stand side by side, in a comparison and in folders.
  if (!changes.empty() && !resolver.written_by("name", source_) && !resolver.written_by("name", "--set"))
    resolver.extend_name(fmt::format(":{}", fmt::join(changes, ",")));
  return resolver.result();
}

Machine load_machine(const std::string& spec, const std::vector<std::string>& sets, const std::string& source) {
  return MachineLoader(sets, source).load(spec);
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
