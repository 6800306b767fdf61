#include "sim/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace intloom::sim {

namespace {

constexpr std::size_t kGap = 2;

// Display width: bytes that start a UTF-8 character.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string fit(const std::string& text, std::size_t width, Table::Align align) {
  const std::size_t have = width_of(text);
  if (have > width) return text.substr(0, width > 2 ? width - 2 : 0) + (width > 2 ? ".." : "");
  const std::string space(width - have, ' ');
  return align == Table::Align::left ? text + space : space + text;
}

}  // namespace

std::vector<std::size_t> Table::widths(std::size_t max_width) const {
  std::vector<std::size_t> widths;
  std::size_t total = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = width_of(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, c < row.size() ? width_of(row[c]) : 0);
    widths.push_back(width);
    total += width + (c == 0 ? 0 : kGap);
  }
  while (total > max_width) {  // the widest text column gives way
    std::size_t widest = columns_.size();
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (columns_[c].align == Align::left && widths[c] > 8 &&
          (widest == columns_.size() || widths[c] > widths[widest]))
        widest = c;
    if (widest == columns_.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::text(std::size_t max_width) const {
  const std::vector<std::size_t> width = widths(max_width);
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c != 0) line += std::string(kGap, ' ');
      line += fit(c < cells.size() ? cells[c] : "", width[c], columns_[c].align);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + '\n';
  };
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  add_line(titles);
  for (const auto& row : rows_) add_line(row);
  return text;
}

std::string with_thousands(std::int64_t value) {
  std::string digits = std::to_string(std::abs(value));
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return value < 0 ? "-" + digits : digits;
}

std::string percent(double fraction) { return fmt::format("{:.1f} %", fraction * 100); }

std::string bytes_text(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes < 10000) return fmt::format("{} B", bytes);
  if (bytes < 10000000) return fmt::format("{:.1f} kB", value / 1e3);
  return fmt::format("{:.1f} MB", value / 1e6);
}

std::string decibel(double db) { return std::isinf(db) ? "exact" : fmt::format("{:.1f} dB", db); }

}  // namespace intloom::sim
