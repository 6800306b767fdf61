#include "tests/package/house.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace intloom::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kRoots{"rtl_models", "runtime", "sim"};
constexpr std::array<std::string_view, 9> kBlocks{
    "rtl_models/feeder",  "rtl_models/mac_array", "rtl_models/accumulator",
    "rtl_models/requant", "rtl_models/vector",    "rtl_models/scratchpad",
    "rtl_models/dma",     "rtl_models/sequencer", "rtl_models/memory"};
constexpr std::array<std::string_view, 3> kOfRuntime{"rtl_models/arith", "rtl_models/isa", "rtl_models/timing"};
constexpr std::array<std::string_view, 6> kPure{"rtl_models/arith",  "rtl_models/isa",     "rtl_models/timing",
                                                "rtl_models/record", "rtl_models/kernels", "rtl_models/fast"};

constexpr std::array<std::string_view, 3> kFast{"rtl_models/timing", "rtl_models/kernels", "rtl_models/fast"};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool starts_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}
bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "rtl_models/arith" of "rtl_models/arith/width.h"; empty where the path lies in no folder of the house.
std::string folder_of(const std::string& path) {
  const std::size_t first = path.find('/');
  if (first == std::string::npos || !contains(kRoots, std::string_view(path).substr(0, first))) return {};
  const std::size_t second = path.find('/', first + 1);
  return second == std::string::npos ? std::string() : path.substr(0, second);
}

std::string_view root_of(std::string_view folder) { return folder.substr(0, folder.find('/')); }

// Rules that hold whatever the arrows say.
std::string forbidden(std::string_view from, std::string_view to) {
  if (from == to) return {};
  const std::string_view a = root_of(from), b = root_of(to);
  if ((a == "rtl_models" && b != a) || (a == "runtime" && b == "sim"))
    return fmt::format("{} depends on nothing above it", a);
  if (a == "runtime" && b == "rtl_models" && !contains(kOfRuntime, to))
    return "of rtl_models the runtime may include isa, arith and timing";
  if (contains(kBlocks, from) && contains(kBlocks, to)) return "a block includes no sibling";
  if (contains(kBlocks, from) && contains(kFast, to)) return "a clocked block includes nothing of the fast machine";
  if (contains(kFast, from) && (contains(kBlocks, to) || to == "rtl_models/core" || to == "rtl_models/machine"))
    return "the fast machine includes nothing of the clocked one";
  if (from == "runtime/reference" && to == "rtl_models/arith")
    return "an oracle shares no arithmetic with what it checks";
  if (from == "runtime/graph" && b == "rtl_models") return "the graph knows no hardware";
  return {};
}

bool is_systemc(std::string_view path) {
  return path == "systemc" || path == "systemc.h" || path == "tlm" || path == "tlm.h" || starts_with(path, "sysc/") ||
         starts_with(path, "tlm_utils/") || starts_with(path, "tlm_core/");
}

// Packages that only one folder may see.
std::string package_fault(std::string_view folder, std::string_view path) {
  if (starts_with(path, "yaml-cpp/") && folder != "sim/config") return "only sim/config includes yaml-cpp";
  const bool of_import = starts_with(path, "onnx/") || starts_with(path, "google/protobuf/") ||
                         starts_with(path, "flatbuffers/") || ends_with(path, ".pb.h");
  if (of_import && folder != "runtime/import") return "only runtime/import includes onnx, protobuf and flatbuffers";
  if (!is_systemc(path) || (folder == "sim/cli" && path == "systemc")) return {};
  if (root_of(folder) != "rtl_models") return "only rtl_models includes SystemC (sim/cli <systemc>, for its version)";
  if (contains(kPure, folder)) return "isa, arith, timing, record, kernels and fast know no SystemC";
  return {};
}

bool is_package(const std::string& name) { return name.find("::") != std::string::npos || name.front() == '-'; }

}  // namespace

void House::add(const std::string& path, const std::vector<std::string>& depends) {
  std::vector<std::string>& names = depends_[path];
  for (const std::string& name : depends)
    if (!is_package(name)) names.push_back(name);
  paths_[path.substr(path.rfind('/') + 1)].push_back(path);
}

std::set<std::string> House::reachable(const std::string& path) const {
  std::set<std::string> reached;
  std::vector<std::string> open{path};
  while (!open.empty()) {
    const auto from = depends_.find(open.back());
    open.pop_back();
    if (from == depends_.end()) continue;
    for (const std::string& name : from->second) {
      const auto found = paths_.find(name);
      if (found == paths_.end()) continue;
      for (const std::string& to : found->second)
        if (reached.insert(to).second) open.push_back(to);
    }
  }
  return reached;
}

std::vector<std::string> House::faults() const {
  std::vector<std::string> faults;
  for (const auto& [name, paths] : paths_)
    if (paths.size() > 1) faults.push_back(fmt::format("folders of one name: {}", fmt::join(paths, ", ")));
  for (const auto& [path, names] : depends_) {
    for (const std::string& name : names)
      if (paths_.count(name) == 0) faults.push_back(fmt::format("{} depends on {}, which is no folder", path, name));
    for (const std::string& to : reachable(path)) {
      const std::string why = to == path ? "that is a circle" : forbidden(path, to);
      if (!why.empty()) faults.push_back(fmt::format("{} depends on {}: {}", path, to, why));
    }
  }
  return faults;
}

std::string House::fault_between(const std::string& from, const std::string& to) const {
  if (from == to) return {};
  if (std::string why = forbidden(from, to); !why.empty()) return why;
  if (depends_.count(to) == 0) return fmt::format("{} is no folder of the house", to);
  if (reachable(from).count(to) != 0) return {};
  const auto own = depends_.find(from);
  if (own == depends_.end()) return fmt::format("{} is no folder of the house", from);
  return fmt::format("{} DEPENDS on {} only, which do not lead to {}", from, fmt::join(own->second, ", "), to);
}

std::string House::fault(const std::string& file, const Include& include) const {
  const std::string from = folder_of(file);
  if (from.empty()) return "a source file lies in a folder of the house";
  const std::string path = fs::path(include.path).lexically_normal().generic_string();
  if (std::string why = package_fault(from, path); !why.empty()) return why;
  const std::string to = folder_of(path);
  if (!to.empty()) return fault_between(from, to);
  return include.quoted ? "an include in quotes names a file of the house, from the repository root on" : std::string();
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

House read_house(const fs::path& source_tree) {
  House house;
  for (const std::string_view root : kRoots) {
    for (const fs::directory_entry& entry : fs::directory_iterator(source_tree / root)) {
      const fs::path lists = entry.path() / "CMakeLists.txt";
      if (!entry.is_directory() || !fs::exists(lists)) continue;
      if (const auto depends = depends_of(read_file(lists)))
        house.add(fs::relative(entry.path(), source_tree).generic_string(), *depends);
    }
  }
  return house;
}

std::vector<std::string> source_files(const fs::path& source_tree) {
  constexpr std::array<std::string_view, 8> kEndings{".h", ".hpp", ".hh", ".inc", ".cpp", ".cc", ".cxx", ".c"};
  std::vector<std::string> files;
  for (const std::string_view root : kRoots)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source_tree / root))
      if (entry.is_regular_file() && contains(kEndings, entry.path().extension().string()))
        files.push_back(fs::relative(entry.path(), source_tree).generic_string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace intloom::test
