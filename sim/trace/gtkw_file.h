// A GTKWave save file beside a waveform: groups of signals with their data formats, a marker a layer.
//
// The waveform is named relative to the save file, so that the two can be moved together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/vcd_writer.h"

namespace intloom::sim {

enum class WaveFormat : std::uint8_t { automatic, hexadecimal, decimal, signed_decimal, binary, ascii };

struct SaveRow {
  WaveSignal signal;
  WaveFormat format = WaveFormat::automatic;  // bit: binary, vector: hexadecimal, text: ASCII
};

struct SaveGroup {
  std::string title;
  std::vector<SaveRow> rows;
  bool closed = false;  // shown folded
};

struct SaveMarker {
  std::string name;
  std::int64_t cycle = 0;
};

// Signals grouped by instance path, rows of text first in a group of their own; groups after the first
// `open_groups` are folded.
std::vector<SaveGroup> groups_by_path(const std::vector<WaveSignal>& signals, int open_groups = 4);

// `path` and `trace_path` are in the same folder or both relative to the current one. GTKWave has 26 markers: those
// beyond are named in comments only. Throws TraceError.
void write_gtkw(const std::string& path, const std::string& trace_path, std::int64_t clock_period_ps,
                const std::vector<SaveGroup>& groups, const std::vector<SaveMarker>& markers);

}  // namespace intloom::sim
