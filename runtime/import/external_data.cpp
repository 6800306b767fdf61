#include "runtime/import/external_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "runtime/graph/graph.h"

namespace intloom::graph {
namespace {

namespace fs = std::filesystem;

struct ExternalLocation {
  std::string path;
  std::int64_t offset = 0, length = -1;
};

std::int64_t parse_bytes(const std::string& key, const std::string& text, const std::string& what) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || value < 0) {
    throw ModelError(fmt::format("{}: external data have {} '{}', not a number of bytes", what, key, text));
  }
  return value;
}

ExternalLocation location_of(const onnx::TensorProto& proto, const std::string& what) {
  ExternalLocation location;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location.path = entry.value();
    if (entry.key() == "offset") location.offset = parse_bytes("offset", entry.value(), what);
    if (entry.key() == "length") location.length = parse_bytes("length", entry.value(), what);
  }
  if (location.path.empty()) throw ModelError(fmt::format("{}: external data without a location", what));
  return location;
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

}  // namespace

FileBytes read_external_data(const onnx::TensorProto& proto, const std::string& folder, const std::string& what) {
  const ExternalLocation location = location_of(proto, what);
  std::error_code error;
  const fs::path root = fs::canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
  const fs::path path = fs::weakly_canonical(root / location.path, error);
  if (error || fs::path(location.path).is_absolute() || !is_inside(path, root)) {
    throw ModelError(fmt::format("{}: external data '{}' lie outside the model's folder", what, location.path));
  }
  try {
    return read_file(path.string(), location.offset, location.length);
  } catch (const std::runtime_error& problem) {
    throw ModelError(fmt::format("{}: external data '{}': {}", what, location.path, problem.what()));
  }
}

}  // namespace intloom::graph
