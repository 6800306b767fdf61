// A VCD as GTKWave reads it: an independent check of the writer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace intloom::test {

struct ReadSignal {
  int width_bits = 0;
  // (time in ps, binary digits of full width), in order of time; one entry a change.
  std::vector<std::pair<std::uint64_t, std::string>> changes;

  // The value that holds at `time`: the last change at or before it; empty before the first.
  const std::string& at(std::uint64_t time) const;
};

struct ReadWaveform {
  std::uint64_t start_time = 0, end_time = 0;
  int timescale_exponent = 0;                 // -12: ps
  std::map<std::string, ReadSignal> signals;  // by "machine.core0.load.burst_valid"
};

// Empty where the tools are not on this machine. Throws std::runtime_error where they do not accept the file.
// `folder`: for the intermediate file.
std::optional<ReadWaveform> read_with_gtkwave(const std::string& vcd_path, const std::string& folder);

}  // namespace intloom::test
