// Strided copies of words: the loops under transfers and layout changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace intloom::kernels {

namespace detail {

template <std::size_t kBytes>
void copy_words_of(std::uint8_t* to, std::ptrdiff_t to_pitch, const std::uint8_t* from, std::ptrdiff_t from_pitch,
                   std::size_t words) {
  for (std::size_t i = 0; i < words; ++i, to += to_pitch, from += from_pitch) std::memcpy(to, from, kBytes);
}

}  // namespace detail

// Copies `words` words of `bytes` bytes one after another, so that of words which overlap the last one stays. Pitches
// in bytes; a pitch of 0 on the side of `from` repeats a word. The two sides do not overlap each other.
inline void copy_words(std::uint8_t* to, std::ptrdiff_t to_pitch, const std::uint8_t* from, std::ptrdiff_t from_pitch,
                       std::size_t words, std::size_t bytes) {
  const auto contiguous = static_cast<std::ptrdiff_t>(bytes);
  if (to_pitch == contiguous && from_pitch == contiguous) {
    std::memcpy(to, from, words * bytes);
    return;
  }
  switch (bytes) {  // sizes known to the compiler become plain moves
    case 1:
      return detail::copy_words_of<1>(to, to_pitch, from, from_pitch, words);
    case 3:
      return detail::copy_words_of<3>(to, to_pitch, from, from_pitch, words);
    case 4:
      return detail::copy_words_of<4>(to, to_pitch, from, from_pitch, words);
    case 8:
      return detail::copy_words_of<8>(to, to_pitch, from, from_pitch, words);
    case 16:
      return detail::copy_words_of<16>(to, to_pitch, from, from_pitch, words);
    case 32:
      return detail::copy_words_of<32>(to, to_pitch, from, from_pitch, words);
    default:
      for (std::size_t i = 0; i < words; ++i, to += to_pitch, from += from_pitch) std::memcpy(to, from, bytes);
  }
}

}  // namespace intloom::kernels
