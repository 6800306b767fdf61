// One REQUANT command with its machine and memories, and what it must leave: the formula above isa::Requant, element by
// element, rounded by division (exact_rounding.h). Shares nothing with rtl_models/arith and rtl_models/kernels.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"

namespace intloom::test {

struct RequantScene {
  isa::MachineDescription machine;
  isa::Requant command;
  std::vector<isa::ParameterRecord> records;  // by channel; all m0 and n equal where not per_channel
  std::vector<std::int64_t> sums;             // by accumulator row of bank acc_bank, array.cols each
  std::vector<std::uint8_t> activations;      // before
};

struct RequantOutcome {
  std::vector<std::uint8_t> activations;
  std::int64_t saturations = 0;
};

// A scene of `pixels` pixels in a row and `channels` channels on an array of `size` x `size`; sums 0, records empty.
RequantScene requant_scene(int size, std::uint32_t channels, std::uint32_t pixels);

RequantOutcome expected_requant(const RequantScene& scene);
RequantOutcome run_requant_kernel(const RequantScene& scene, int threads = 1);

// Address of channel c of pixel p in the activations, and place of its sum.
std::size_t requant_address(const RequantScene& scene, std::uint32_t c, std::uint32_t p);
std::int64_t& requant_sum(RequantScene& scene, std::uint32_t c, std::uint32_t p);

}  // namespace intloom::test
