// Commands as the fixed-size words a sequencer fetches, little-endian 32-bit, for RTL twins and golden vectors.
//
// Word 0: opcode (bits 0-3: 0 LOAD, 1 EXEC, 2 REQUANT, 3 VECTOR, 4 STORE, 15 END), waits (8-12), signals (16-20).
// Word 1: layer. Word 2: tile. From word 3 on the fields of the body in the order of command.h, each in a word of its
// own (64-bit fields in two, low word first; signed fields in two's complement); the rest is zero.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>

#include "rtl_models/isa/command.h"

namespace intloom::isa {

inline constexpr int kCommandWords = 48;
using EncodedCommand = std::array<std::uint32_t, kCommandWords>;

EncodedCommand encode(const Command& command);
Command decode(const EncodedCommand& words);  // std::invalid_argument on an unknown opcode

}  // namespace intloom::isa
