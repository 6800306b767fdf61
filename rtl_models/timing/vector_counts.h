// What VECTORs do to the counters of the vector unit and to the banks they read and write: pure functions of command
// and machine, from rules V1 to V5 of rtl_models/vector/README.md.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/word_grid.h"

namespace intloom::timing {

std::int64_t vector_elements(const isa::Vector& vector);  // results written
std::int64_t vector_lookups(const isa::Vector& vector);   // of them read from the table
// Words read of both operands: one for each channel block of a, pixel and tap inside.
std::int64_t vector_operand_words(const isa::Vector& vector, const isa::MachineDescription& machine);

// Adds the words that one VECTOR reads of the scratchpad and of the parameter buffer, and its results: one write for
// each chunk and pixel.
void count_vector_accesses(const isa::Vector& vector, const isa::MachineDescription& machine,
                           BankTally& activation_reads, BankTally& parameter_reads, BankTally& activation_writes);

}  // namespace intloom::timing
