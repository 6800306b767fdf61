// Where a value was written: the beginning of every message about it.
#pragma once

#include <string>

namespace intloom::sim {

struct Place {
  std::string source;  // a file as the user named it, "--set", "-m" or "default"
  int line = 0;        // from 1; 0 where the source is no file
  int column = 0;

  std::string line_text() const;    // "machine.yaml:4"
  std::string column_text() const;  // "machine.yaml:4:9"
};

// The path as a person would type it: relative to the working directory where it lies inside of it.
std::string shown_path(const std::string& path);

}  // namespace intloom::sim
