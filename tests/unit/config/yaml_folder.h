// A folder of its own for one test, with files written into it; removed afterwards.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/config.h"

namespace intloom::sim {

class YamlFolder : public testing::Test {
 protected:
  YamlFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "intloom_config_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = pattern;
  }
  ~YamlFolder() override { std::filesystem::remove_all(folder_); }

  // Returns the path.
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

// The ConfigError's message of what `call` does, or "no error".
template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

inline std::string origin_of(const Machine& machine, const std::string& key) {
  for (const ResolvedKey& resolved : machine.keys)
    if (resolved.key == key) return resolved.origin;
  return "no such key";
}

inline std::string value_of(const Machine& machine, const std::string& key) {
  for (const ResolvedKey& resolved : machine.keys)
    if (resolved.key == key) return resolved.value;
  return "no such key";
}

}  // namespace intloom::sim
