// A value as it was written, before its type is known, and the readings of it. The same for a YAML scalar and for the
// right side of --set key=value. Every reading throws ConfigError naming place and key.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/place.h"

namespace intloom::sim {

struct Scalar {
  enum class Form : std::uint8_t { plain, quoted, nothing, list, map };
  std::string key;  // full path, for messages
  std::string text;
  Form form = Form::plain;
  Place place;
};

// "file:line:column: key: message".
[[noreturn]] void fail(const Scalar& scalar, const std::string& message);
[[noreturn]] void fail(const Place& place, const std::string& message);

// Decimal integer in [min, max]. With `binary_suffix` also 64KiB, 1 MiB, 2GiB.
std::int64_t read_integer(const Scalar& scalar, std::int64_t min, std::int64_t max, const std::string& unit,
                          bool binary_suffix);
double read_number(const Scalar& scalar, double min, const std::string& unit);
bool read_boolean(const Scalar& scalar);
std::string read_text(const Scalar& scalar, const std::string& what);
std::size_t read_word(const Scalar& scalar, const std::vector<std::string>& words);  // index into words

// "; did you mean X?", or empty.
std::string suggestion(const std::string& word, const std::vector<std::string>& candidates);

// "key=value" of the command line, trimmed; `source` is "--set" or "-m".
Scalar read_assignment(const std::string& assignment, const std::string& source);

}  // namespace intloom::sim
