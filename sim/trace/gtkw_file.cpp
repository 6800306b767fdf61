#include "sim/trace/gtkw_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace intloom::sim {
namespace {

constexpr std::size_t kMarkers = 26;  // A to Z

// Display flags of a row in a save file (GTKWave, analyzer.h).
constexpr unsigned kHexadecimal = 0x2, kDecimal = 0x4, kBinary = 0x8, kRightJustify = 0x20, kSigned = 0x400,
                   kAscii = 0x800;
constexpr unsigned kBlank = 0x200, kGroupBegin = 0x800000, kGroupEnd = 0x1000000, kClosed = 0x400000,
                   kCollapsed = 0x1000;

unsigned flags_of(const SaveRow& row) {
  switch (row.format) {
    case WaveFormat::hexadecimal:
      return kHexadecimal | kRightJustify;
    case WaveFormat::decimal:
      return kDecimal | kRightJustify;
    case WaveFormat::signed_decimal:
      return kSigned | kRightJustify;
    case WaveFormat::binary:
      return kBinary | kRightJustify;
    case WaveFormat::ascii:
      return kAscii | kRightJustify;
    case WaveFormat::automatic:
      break;
  }
  return (row.signal.kind == WaveKind::text  ? kAscii
          : row.signal.kind == WaveKind::bit ? kBinary
                                             : kHexadecimal) |
         kRightJustify;
}

// Names of layers may hold anything; a save file is read line by line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = '_';
  return text;
}

std::string marker_lines(const std::vector<SaveMarker>& markers, std::int64_t clock_period_ps) {
  std::string positions, names, comments;
  for (std::size_t i = 0; i < kMarkers; ++i)
    positions += i < markers.size() ? fmt::format(" {}", markers[i].cycle * clock_period_ps) : " -1";
  for (std::size_t i = 0; i < markers.size(); ++i) {
    const std::string name = one_line(markers[i].name);
    const std::string letter = i < kMarkers ? std::string(1, static_cast<char>('A' + i)) : "-";
    if (i < kMarkers) names += fmt::format("[markername] {}{}\n", letter, name);
    comments += fmt::format("[*] marker {} cycle {} {}\n", letter, markers[i].cycle, name);
  }
  // Zoom first: 2^n time units a pixel; about 2 pixels a cycle.
  double zoom = 0;
  while (std::int64_t{1} << static_cast<int>(zoom + 1) <= clock_period_ps / 2) zoom += 1;
  return comments + fmt::format("*{:.6f} -1{}\n", -zoom, positions) + names;
}

std::string row_name(const WaveSignal& signal) {
  const std::string range = signal.width_bits == 1 ? "" : fmt::format("[{}:0]", signal.width_bits - 1);
  return fmt::format("{}.{}{}", signal.path, signal.name, range);
}

std::string relative_to_folder(const std::string& path, const std::string& folder_of) {
  const std::filesystem::path folder = std::filesystem::path(folder_of).parent_path();
  return std::filesystem::path(path).lexically_proximate(folder).string();
}

}  // namespace

std::vector<SaveGroup> groups_by_path(const std::vector<WaveSignal>& signals, int open_groups) {
  std::vector<SaveGroup> groups{{"progress", {}, false}};
  for (const WaveSignal& signal : signals) {
    if (signal.kind == WaveKind::text) {
      groups[0].rows.push_back({signal, WaveFormat::automatic});
      continue;
    }
    auto group =
        std::find_if(groups.begin() + 1, groups.end(), [&](const SaveGroup& g) { return g.title == signal.path; });
    if (group == groups.end()) group = groups.insert(groups.end(), {signal.path, {}, false});
    group->rows.push_back({signal, WaveFormat::automatic});
  }
  if (groups[0].rows.empty()) groups.erase(groups.begin());
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i].closed = i >= static_cast<std::size_t>(open_groups);
  return groups;
}

void write_gtkw(const std::string& path, const std::string& trace_path, std::int64_t clock_period_ps,
                const std::vector<SaveGroup>& groups, const std::vector<SaveMarker>& markers) {
  std::string text = "[*]\n[*] Intloom waveform: gtkwave FILE.gtkw\n[*]\n";
  text += fmt::format("[dumpfile] \"{}\"\n", relative_to_folder(trace_path, path));
  text += fmt::format("[savefile] \"{}\"\n", std::filesystem::path(path).filename().string());
  const std::int64_t first = markers.empty() ? 0 : markers.front().cycle;
  text += fmt::format("[timestart] {}\n", first * clock_period_ps);
  text += marker_lines(markers, clock_period_ps);
  text += "[signals_width] 320\n[sst_expanded] 1\n";
  for (const SaveGroup& group : groups) {
    const std::string title = one_line(group.title);
    text += fmt::format("@{:x}\n-{}\n", kGroupBegin | kBlank | (group.closed ? kClosed : 0U), title);
    for (const SaveRow& row : group.rows) text += fmt::format("@{:x}\n{}\n", flags_of(row), row_name(row.signal));
    text += fmt::format("@{:x}\n-{}\n", kGroupEnd | kBlank | (group.closed ? kClosed | kCollapsed : 0U), title);
  }
  TraceFile file(path);
  file.write(text.data(), text.size());
  file.commit();
}

}  // namespace intloom::sim
