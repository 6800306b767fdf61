// Drives a Vector alone: starts commands one after another, is its scratchpad and parameter buffer, records its ports.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::test {

struct VectorWrite {
  std::int64_t edge = 0;  // at which the block drives it; the scratchpad samples it one later
  std::uint32_t address = 0;
  std::vector<std::uint8_t> bytes;
};

struct VectorRead {
  std::int64_t edge = 0;
  std::uint32_t address = 0;
};

struct VectorLog {
  std::vector<std::int64_t> starts, ends;  // start and end edges, by command of the program; end -1: cut off by reset
  std::vector<VectorRead> a_reads, b_reads, parameter_reads;
  std::vector<VectorWrite> writes;
  std::vector<std::uint64_t> elements, saturations;  // read at each command's end
  std::map<std::string, std::uint64_t> counters;
  std::vector<std::uint8_t> activations;  // after the run
  std::uint64_t tick_calls = 0;
  std::string fault;
};

struct VectorScene {
  isa::MachineDescription machine;
  isa::CommandStream program;  // of VECTORs, all of them run in order
  std::vector<std::uint8_t> parameters;
  std::vector<std::uint8_t> activations;
  std::vector<int> gaps;  // idle edges before each command beyond the necessary; empty: none
  int reset_at = -1;      // edges after the first start edge at which the block samples one cycle of reset; -1: never
};

// Runs until the last command has ended and 20 cycles more, or until a fault, at most `limit` cycles.
VectorLog run_vector(const VectorScene& scene, std::int64_t limit = 100000);

}  // namespace intloom::test
