// Drives a Requant alone: starts commands one after another, answers its reads, records what its ports do.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::test {

struct RequantWrite {
  std::int64_t edge = 0;  // at which the block drives it; the scratchpad samples it one later
  std::uint32_t address = 0;
  std::vector<std::uint8_t> bytes;
};

struct RequantRowRequest {
  std::int64_t edge = 0;
  std::uint32_t bank = 0, row = 0;
};

struct RequantLog {
  std::vector<std::int64_t> starts, ends;  // start and end edges, by command of the program; end -1: cut off by reset
  std::vector<RequantRowRequest> rows;
  std::vector<std::int64_t> parameter_requests;  // edges
  std::vector<RequantWrite> writes;
  std::vector<std::uint64_t> elements, saturations;  // read at each command's end
  std::map<std::string, std::uint64_t> counters;
  std::uint64_t tick_calls = 0;
  std::string fault;
};

struct RequantScene {
  isa::MachineDescription machine;
  isa::CommandStream program;  // of REQUANTs, all of them run in order
  std::vector<std::uint8_t> parameters;
  // [bank][row][column]
  std::vector<std::vector<std::vector<std::int64_t>>> accumulators;
  std::vector<int> gaps;  // idle edges before each command beyond the necessary; empty: none
  int reset_at = -1;      // edges after the first start edge at which the block samples one cycle of reset; -1: never
};

// Runs until the last command has ended and 20 cycles more, or until a fault, at most `limit` cycles.
RequantLog run_requant(const RequantScene& scene, std::int64_t limit = 100000);

}  // namespace intloom::test
