// Rows and cells of a comma-separated file, without quoting.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace intloom::graph {

struct CsvRow {
  int line = 0;  // from 1
  // Without the blanks around them; empty cells at the end (a last comma) are left out, and from a cell that begins
  // with # on, unless it is the first.
  std::vector<std::string> cells;
};

// Lines end with LF or CR LF; blank ones, and those of commas alone, are left out; so is a byte order mark.
std::vector<CsvRow> split_csv(std::string_view text);

}  // namespace intloom::graph
