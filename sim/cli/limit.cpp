#include "sim/cli/limit.h"

#include <fmt/format.h>

#include <iostream>

#include "sim/cli/exit_code.h"

namespace intloom::sim {

namespace {

double limit_value(const std::string& text) {
  const std::string key = "max_abs_lsb=";
  try {
    if (text.rfind(key, 0) == 0) {
      std::size_t used = 0;
      const double value = std::stod(text.substr(key.size()), &used);
      if (used == text.size() - key.size() && value >= 0) return value;
    }
  } catch (const std::logic_error&) {
  }
  throw UsageError(fmt::format("--limit {}: expected max_abs_lsb=NUMBER", text));
}

}  // namespace

std::optional<double> read_limit(const std::string& text, Checks checks) {
  if (text.empty()) return std::nullopt;
  const double value = limit_value(text);
  if (checks != Checks::all) throw UsageError("--limit needs the float reference: it goes with --check all");
  return value;
}

bool limit_holds(const std::optional<double>& limit, const RunResult& result, const std::string& who) {
  if (!limit) return true;
  const double error = result.float_qdq->outputs.max_abs_lsb;
  if (error <= *limit) return true;
  std::cout.flush();
  std::cerr << fmt::format("intloom: {}the limit max_abs_lsb={} does not hold: the output is off by {:.2f} LSB\n", who,
                           *limit, error);
  return false;
}

}  // namespace intloom::sim
