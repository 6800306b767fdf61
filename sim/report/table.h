// A text table: columns as wide as their cells, numbers to the right, no wider than `max_width` (the widest text column
// is cut with "..").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace intloom::sim {

class Table {
 public:
  enum class Align { left, right };

  void add_column(const std::string& title, Align align) { columns_.push_back({title, align}); }
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  std::string text(std::size_t max_width = 100) const;

 private:
  struct Column {
    std::string title;
    Align align;
  };
  std::vector<std::size_t> widths(std::size_t max_width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string with_thousands(std::int64_t value);  // 1,234,567
std::string percent(double fraction);            // 12.3 %
std::string bytes_text(std::int64_t bytes);      // 1.2 MB
std::string decibel(double db);                  // 41.2 dB, "exact"

}  // namespace intloom::sim
