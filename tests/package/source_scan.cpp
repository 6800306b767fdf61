#include "tests/package/source_scan.h"

#include <sstream>
#include <string_view>

namespace intloom::test {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// What follows `word` at the beginning of the text, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view word) {
  if (text.substr(0, word.size()) != word) return std::nullopt;
  return trimmed(text.substr(word.size()));
}

std::optional<Include> include_of(std::string_view line) {
  const auto directive = after(trimmed(line), "#");
  if (!directive) return std::nullopt;
  const auto what = after(*directive, "include");
  if (!what || what->empty()) return std::nullopt;
  const bool is_word = directive->size() > 7 && kBlank.find((*directive)[7]) == std::string_view::npos;
  const char open = what->front();
  if (open != '"' && open != '<') {
    if (is_word) return std::nullopt;  // #include_next and the like
    return Include{0, std::string(*what), true};
  }
  const std::size_t close = what->find(open == '<' ? '>' : '"', 1);
  return Include{0, std::string(what->substr(1, close == std::string_view::npos ? close : close - 1)), open == '"'};
}

}  // namespace

std::vector<Include> includes_of(const std::string& source) {
  std::vector<Include> includes;
  std::istringstream lines(source);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::optional<Include> include = include_of(line);
    if (!include) continue;
    include->line = number;
    includes.push_back(std::move(*include));
  }
  return includes;
}

std::optional<std::vector<std::string>> depends_of(const std::string& cmake_lists) {
  std::string text;
  std::istringstream lines(cmake_lists);
  for (std::string line; std::getline(lines, line);) text += line.substr(0, line.find('#')) + '\n';
  const std::string call = "intloom_folder(";
  const std::size_t begin = text.find(call);
  if (begin == std::string::npos) return std::nullopt;
  std::istringstream words(text.substr(begin + call.size(), text.find(')', begin) - begin - call.size()));
  std::vector<std::string> names;
  bool depends = false;
  for (std::string word; words >> word;) {
    if (depends) names.push_back(word);
    depends = depends || word == "DEPENDS";
  }
  return names;
}

}  // namespace intloom::test
