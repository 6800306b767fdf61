// The folders of the house, the arrows between them, and which includes they allow.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/package/source_scan.h"

namespace intloom::test {

class House {
 public:
  // `path`: "rtl_models/arith"; `depends`: names of folders, and of packages, which are not looked at.
  void add(const std::string& path, const std::vector<std::string>& depends);

  // What is wrong with the arrows themselves: a folder that is not there or that is there twice, a circle, an arrow
  // that the rules for blocks, for the runtime or for the oracles forbid, direct or by way of others.
  std::vector<std::string> faults() const;

  // Why `file` ("rtl_models/arith/width.h") may not include that; empty where it may.
  std::string fault(const std::string& file, const Include& include) const;

  std::size_t size() const { return depends_.size(); }

 private:
  // Folders that an include in `path` may name: those behind its arrows.
  std::set<std::string> reachable(const std::string& path) const;
  std::string fault_between(const std::string& from, const std::string& to) const;

  std::map<std::string, std::vector<std::string>> depends_;  // by path, names of folders only
  std::map<std::string, std::vector<std::string>> paths_;    // by name: one each
};

// The house as the CMakeLists.txt of its folders say it: every folder below rtl_models, runtime and sim that has one.
House read_house(const std::filesystem::path& source_tree);

// C++ files below rtl_models, runtime and sim, relative to the source tree.
std::vector<std::string> source_files(const std::filesystem::path& source_tree);

std::string read_file(const std::filesystem::path& path);

}  // namespace intloom::test
