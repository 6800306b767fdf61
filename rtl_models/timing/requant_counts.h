// What REQUANTs do to the counters of the requantizer and to the banks they read and write: pure functions of command
// and machine, from rules R1, R2 and R5 of rtl_models/requant/README.md.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/word_grid.h"

namespace intloom::timing {

std::int64_t requant_elements(const isa::Requant& requant);         // results written
std::int64_t requant_parameter_words(const isa::Requant& requant);  // words read: each once, without gaps

// Adds the parameter words that one REQUANT reads, and its results: one write for each chunk and pixel.
void count_requant_accesses(const isa::Requant& requant, const isa::MachineDescription& machine,
                            BankTally& parameter_reads, BankTally& activation_writes);

}  // namespace intloom::timing
