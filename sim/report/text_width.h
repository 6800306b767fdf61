// Text for a terminal of 100 columns.
#pragma once

#include <cstddef>
#include <string>

namespace intloom::sim {

inline constexpr std::size_t kTextWidth = 100;

// Columns of the text: bytes that start a UTF-8 character.
std::size_t display_width(const std::string& text);
std::size_t widest_line(const std::string& text);

// Broken at blanks into lines of at most kTextWidth, ended by a line end; lines after the first begin with `margin`, or
// with `indent` blanks. A longer word is broken where the line ends.
std::string wrapped(const std::string& text, const std::string& margin);
std::string wrapped(const std::string& text, std::size_t indent);

// At most `width` columns; what is too long loses its middle, as names of layers differ at their ends:
// "/featu../conv.0/Conv".
std::string elided(const std::string& text, std::size_t width);

}  // namespace intloom::sim
