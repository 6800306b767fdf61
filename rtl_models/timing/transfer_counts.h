// The beats of LOADs and STOREs, bank by bank: rules D1, D2 and D4 of rtl_models/dma/README.md.
#pragma once

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/word_grid.h"

namespace intloom::timing {

// Adds the writes of a LOAD, or the words read by a STORE, to the banks of the transfer's buffer.
void count_beats(const isa::Transfer& transfer, const isa::MachineDescription& machine, BankTally& tally);

}  // namespace intloom::timing
