#include "sim/config/scalar.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "sim/config/config.h"

namespace intloom::sim {

namespace {

std::string trimmed(const std::string& text) {
  const char* blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string written(const Scalar& scalar) {
  switch (scalar.form) {
    case Scalar::Form::plain:
      return scalar.text;
    case Scalar::Form::quoted:
      return fmt::format("the text \"{}\"", scalar.text);
    case Scalar::Form::nothing:
      return "nothing";
    case Scalar::Form::list:
      return "a list";
    case Scalar::Form::map:
      return "a map";
  }
  return {};
}

[[noreturn]] void wrong_type(const Scalar& scalar, const std::string& expected) {
  fail(scalar, fmt::format("expected {}, got {}", expected, written(scalar)));
}

struct Suffix {
  const char* name;
  int shift;
};
constexpr Suffix kSuffixes[] = {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}};

// The digits of "64KiB" and the shift of its suffix; none where the suffix is unknown.
struct Split {
  std::string digits;
  int shift = 0;
};
std::optional<Split> split_suffix(const std::string& text) {
  const auto end = text.find_first_not_of("+-0123456789");
  if (end == std::string::npos) return Split{text, 0};
  const std::string suffix = trimmed(text.substr(end));
  for (const Suffix& known : kSuffixes)
    if (suffix == known.name) return Split{text.substr(0, end), known.shift};
  return std::nullopt;
}

bool all_digits(const std::string& text) {
  const std::size_t first = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return first < text.size() && text.find_first_not_of("0123456789", first) == std::string::npos;
}

// Empty where the digits are more than 64 bits hold.
std::optional<std::int64_t> shifted(const std::string& digits, int shift) {
  std::int64_t value = 0;
  const char* first = digits.data() + (digits[0] == '+' ? 1 : 0);
  const auto result = std::from_chars(first, digits.data() + digits.size(), value);
  const std::int64_t limit = INT64_MAX >> shift;
  if (result.ec != std::errc() || value > limit || value < -limit) return std::nullopt;
  return value * (std::int64_t{1} << shift);
}

}  // namespace

void fail(const Place& place, const std::string& message) {
  throw ConfigError(fmt::format("{}: {}", place.column_text(), message));
}

void fail(const Scalar& scalar, const std::string& message) {
  fail(scalar.place, fmt::format("{}: {}", scalar.key, message));
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

std::int64_t read_integer(const Scalar& scalar, std::int64_t min, std::int64_t max, const std::string& unit,
                          bool binary_suffix) {
  const std::string range = max == INT64_MAX ? fmt::format("at least {}", min) : fmt::format("{}..{}", min, max);
  const std::string expected = fmt::format("an integer ({}{}{}{})", range, unit.empty() ? "" : " ", unit,
                                           binary_suffix ? "; 64KiB and 1MiB are understood" : "");
  if (scalar.form != Scalar::Form::plain) wrong_type(scalar, expected);
  const std::optional<Split> split =
      binary_suffix ? split_suffix(scalar.text) : std::optional<Split>(Split{scalar.text, 0});
  if (!split || !all_digits(split->digits)) wrong_type(scalar, expected);
  const std::optional<std::int64_t> value = shifted(split->digits, split->shift);
  if (!value || *value < min || *value > max)
    fail(scalar, fmt::format("{} is out of range; expected {}{}{}", scalar.text, range, unit.empty() ? "" : " ", unit));
  return *value;
}

double read_number(const Scalar& scalar, double min, const std::string& unit) {
  const std::string expected = fmt::format("a number of at least {} {}", min, unit);
  if (scalar.form != Scalar::Form::plain) wrong_type(scalar, expected);
  char* end = nullptr;
  const double value = std::strtod(scalar.text.c_str(), &end);
  if (scalar.text.empty() || end != scalar.text.c_str() + scalar.text.size() || !std::isfinite(value) || value < min)
    wrong_type(scalar, expected);
  return value;
}

bool read_boolean(const Scalar& scalar) {
  if (scalar.form == Scalar::Form::plain && (scalar.text == "true" || scalar.text == "false"))
    return scalar.text == "true";
  wrong_type(scalar, "true or false");
}

std::string read_text(const Scalar& scalar, const std::string& what) {
  if (scalar.form != Scalar::Form::plain && scalar.form != Scalar::Form::quoted) wrong_type(scalar, what);
  return scalar.text;
}

std::size_t read_word(const Scalar& scalar, const std::vector<std::string>& words) {
  if (scalar.form == Scalar::Form::plain || scalar.form == Scalar::Form::quoted) {
    for (std::size_t i = 0; i < words.size(); ++i)
      if (scalar.text == words[i]) return i;
  }
  const std::string expected = words.size() == 1 ? words[0] : fmt::format("one of {}", fmt::join(words, ", "));
  fail(scalar, fmt::format("expected {}, got {}{}", expected, written(scalar), suggestion(scalar.text, words)));
}

Scalar read_assignment(const std::string& assignment, const std::string& source) {
  const auto equals = assignment.find('=');
  const std::string key = trimmed(assignment.substr(0, equals));
  if (equals == std::string::npos || key.empty())
    throw ConfigError(fmt::format("{}: expected key=value, got \"{}\"", source, assignment));
  Scalar scalar{key, trimmed(assignment.substr(equals + 1)), Scalar::Form::plain, Place{source, 0, 0}};
  if (scalar.text.empty()) scalar.form = Scalar::Form::nothing;
  return scalar;
}

}  // namespace intloom::sim
