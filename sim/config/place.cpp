#include "sim/config/place.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace intloom::sim {

std::string Place::line_text() const { return line > 0 ? fmt::format("{}:{}", source, line) : source; }

std::string Place::column_text() const { return line > 0 ? fmt::format("{}:{}:{}", source, line, column) : source; }

std::string shown_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path relative = std::filesystem::proximate(path, error);
  if (error || relative.empty() || *relative.begin() == "..") return path;
  return relative.string();
}

}  // namespace intloom::sim
