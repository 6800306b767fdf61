// Commands as text, one line each, for listings, faults and waveforms.
#pragma once

#include <string>

#include "rtl_models/isa/command.h"

namespace intloom::isa {

// LOAD, EXEC, REQUANT, VECTOR, STORE, END.
std::string_view mnemonic(const Command& command);

// "EXEC    x=a:0x4000 122x122 w=w:0x0 3x3/2 p1,1 out=61x122 K=3 N=32 zx=-14 acc=0:0 overwrite  wait=load,requant
// signal=requant"
std::string disassemble(const Command& command);

}  // namespace intloom::isa
