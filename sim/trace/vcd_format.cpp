#include "sim/trace/vcd_format.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

namespace intloom::sim {
namespace {

// The eight binary digits of each byte.
constexpr std::array<std::array<char, 8>, 256> kByteDigits = [] {
  std::array<std::array<char, 8>, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte)
    for (unsigned digit = 0; digit < 8; ++digit) table[byte][digit] = (byte >> (7 - digit) & 1U) != 0 ? '1' : '0';
  return table;
}();

int highest_bit(std::uint64_t word) {
  int bit = 0;
  for (int half = 32; half != 0; half /= 2) {
    if (word >> half == 0) continue;
    word >>= half;
    bit += half;
  }
  return bit;
}

void format_word(std::uint64_t word, char* out) {
  for (int byte = 0; byte < 8; ++byte)
    std::memcpy(out + 8 * byte, kByteDigits[word >> (56 - 8 * byte) & 0xFF].data(), 8);
}

}  // namespace

std::string vcd_identifier(std::uint64_t index) {
  constexpr std::uint64_t kFirst = 33, kCharacters = 94;  // '!' to '~'
  std::string identifier;
  for (++index; index != 0; index /= kCharacters) {
    --index;
    identifier += static_cast<char>(kFirst + index % kCharacters);
  }
  return identifier;
}

char* format_bits(const std::uint64_t* words, int width_bits, char* out) {
  int word = (width_bits - 1) / 64;
  while (word > 0 && words[word] == 0) --word;
  char digits[64];
  format_word(words[word], digits);
  const int leading = words[word] == 0 ? 63 : 63 - highest_bit(words[word]);
  std::memcpy(out, digits + leading, static_cast<std::size_t>(64 - leading));
  out += 64 - leading;
  for (--word; word >= 0; --word, out += 64) format_word(words[word], out);
  return out;
}

char* format_decimal(std::uint64_t value, char* out) { return fmt::format_to(out, "{}", value); }

}  // namespace intloom::sim
