// Pieces of a value change dump as text.
#pragma once

#include <cstdint>
#include <string>

namespace intloom::sim {

// The short name of signal number `index` in the dump: printable characters, as few as possible.
std::string vcd_identifier(std::uint64_t index);

// Writes the `width_bits` bits of `words` (least significant word first; bits beyond are zero) as binary digits, most
// significant first, without leading zeros but at least one digit. Returns the end. Needs room for width_bits.
char* format_bits(const std::uint64_t* words, int width_bits, char* out);

// Writes a decimal number and returns the end; needs room for 20.
char* format_decimal(std::uint64_t value, char* out);

}  // namespace intloom::sim
