#include "rtl_models/timing/requant_counts.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "rtl_models/timing/plane_runs.h"

namespace intloom::timing {

using isa::ceil_div;

std::int64_t requant_elements(const isa::Requant& requant) {
  return std::int64_t{requant.channels} * requant.out.height * requant.out.width;
}

std::int64_t requant_parameter_words(const isa::Requant& requant) {
  return requant.per_channel ? std::int64_t{requant.channels} : 1 + std::int64_t{ceil_div(requant.channels, 3)};  // R2
}

void count_requant_accesses(const isa::Requant& requant, const isa::MachineDescription& machine,
                            BankTally& parameter_reads, BankTally& activation_writes) {
  count_words(requant.parameter_address, requant_parameter_words(requant), isa::kParameterRecordBytes, parameter_reads);
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const auto lanes = static_cast<std::uint32_t>(machine.requant.lanes);
  PlaneRuns blocks(map_grid(requant.out, 1, every(requant.out.height), every(requant.out.width)), activation_writes);
  for (std::uint32_t channel = 0; channel < requant.channels;) {
    // R1: the channels of a block are cut where a group ends, and what is left into chunks.
    std::int64_t chunks = 0;
    for (const std::uint32_t end = std::min(channel + rows, requant.channels); channel < end;) {
      const std::uint32_t length = std::min(end - channel, requant.group_channels - channel % requant.group_channels);
      chunks += ceil_div(length, lanes);
      channel += length;
    }
    blocks.add(chunks);
  }
}

}  // namespace intloom::timing
