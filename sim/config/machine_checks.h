// Conditions between the keys of a machine, each key being in its own range.
#pragma once

#include <map>
#include <string>

#include "rtl_models/isa/machine_description.h"
#include "sim/config/place.h"

namespace intloom::sim {

// Throws ConfigError at the place of the key that is at fault (`origins`: of every key).
void check_machine(const isa::MachineDescription& machine, const std::map<std::string, Place>& origins);

}  // namespace intloom::sim
