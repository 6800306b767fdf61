#include "sim/config/presets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "sim/config/config.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  const fs::path folder = fs::path(configs_folder()) / "machines";
  if (!is_folder(folder)) return names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string configs_folder() {
  if (const char* chosen = std::getenv("INTLOOM_CONFIGS"); chosen != nullptr && *chosen != '\0') {
    if (!is_folder(chosen)) throw ConfigError(fmt::format("INTLOOM_CONFIGS={}: no such folder", chosen));
    return chosen;
  }
  std::error_code error;
  const fs::path program = fs::canonical("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share" / "intloom" / "configs";
  if (!error && is_folder(installed)) return installed.string();
  if (is_folder(INTLOOM_SOURCE_CONFIGS)) return INTLOOM_SOURCE_CONFIGS;
  throw ConfigError(
      fmt::format("no presets: {} does not exist; set INTLOOM_CONFIGS to the configs folder", installed.string()));
}

bool names_a_file(const std::string& name) {
  const fs::path extension = fs::path(name).extension();
  return name.find('/') != std::string::npos || extension == ".yaml" || extension == ".yml";
}

std::string machine_path(const std::string& name, const std::string& folder, const std::string& where) {
  std::error_code error;
  if (names_a_file(name)) {
    const fs::path path = (fs::path(folder) / name).lexically_normal();
    if (!fs::exists(path, error)) throw ConfigError(fmt::format("{}: no such file {}", where, path.string()));
    return path.string();
  }
  const fs::path preset = fs::path(configs_folder()) / "machines" / (name + ".yaml");
  if (!name.empty() && fs::exists(preset, error)) return preset.string();
  const std::vector<std::string> names = preset_names();
  if (name.find('=') != std::string::npos)
    throw ConfigError(
        fmt::format("{}: no machine named \"{}\"; changed keys follow a colon: NAME:key=value,key=value", where, name));
  throw ConfigError(fmt::format("{}: no machine named \"{}\"{}; presets: {}; or the name of a .yaml file", where, name,
                                suggestion(name, names), fmt::join(names, ", ")));
}

std::vector<Preset> list_presets() {
  std::vector<Preset> presets;
  for (const std::string& name : preset_names()) {
    const std::string path = machine_path(name, "", "preset");
    presets.push_back(Preset{name, path, load_machine(path).description.description});
  }
  return presets;
}

}  // namespace intloom::sim
