#include "sim/report/text_width.h"

#include <algorithm>

namespace intloom::sim {

namespace {

bool starts_character(char c) { return (c & 0xC0) != 0x80; }

// The byte at which character `number` begins.
std::size_t byte_of(const std::string& text, std::size_t number) {
  std::size_t byte = 0;
  for (; byte < text.size(); ++byte)
    if (starts_character(text[byte]) && number-- == 0) break;
  return byte;
}

}  // namespace

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    widest = std::max(widest, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

std::string wrapped(const std::string& text, std::size_t indent) { return wrapped(text, std::string(indent, ' ')); }

std::string wrapped(const std::string& text, const std::string& margin) {
  std::string result, line;
  const auto end_line = [&] {
    result += line + '\n';
    line = margin;
  };
  std::size_t begin = text.find_first_not_of(' ');
  line = text.substr(0, begin);  // the first line's own margin
  bool empty = true;
  std::size_t gap = 0;
  while (begin != std::string::npos) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    if (!empty && display_width(line) + gap + display_width(word) > kTextWidth) {
      end_line();
      empty = true;
    }
    if (!empty) line += std::string(gap, ' ');
    for (std::size_t room = kTextWidth - display_width(line); display_width(word) > room;
         room = kTextWidth - display_width(line)) {
      const std::size_t cut = byte_of(word, room);
      line += word.substr(0, cut);
      word.erase(0, cut);
      end_line();
    }
    line += word;
    empty = false;
    begin = text.find_first_not_of(' ', end);
    gap = begin == std::string::npos ? 0 : begin - end;
  }
  return result + line + '\n';
}

std::string elided(const std::string& text, std::size_t width) {
  const std::size_t have = display_width(text);
  if (have <= width) return text;
  if (width < 4) return text.substr(0, byte_of(text, width));
  const std::size_t head = (width - 2) / 3, tail = width - 2 - head;
  return text.substr(0, byte_of(text, head)) + ".." + text.substr(byte_of(text, have - tail));
}

}  // namespace intloom::sim
