// What the text of a C++ file includes, and what the text of a folder's CMakeLists.txt depends on.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace intloom::test {

struct Include {
  int line = 0;        // from 1
  std::string path;    // "rtl_models/isa/command.h", "systemc"
  bool quoted = true;  // "..." rather than <...>
};

// Every #include line, those behind #if too. A file named by a macro has the macro's text as its path.
std::vector<Include> includes_of(const std::string& source);

// The names behind DEPENDS of intloom_folder(...), in order: folders and packages. Nothing where there is no such call.
std::optional<std::vector<std::string>> depends_of(const std::string& cmake_lists);

}  // namespace intloom::test
