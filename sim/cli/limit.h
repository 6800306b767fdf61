// --limit max_abs_lsb=X: how far the outputs may be from the quantized graph in float.
#pragma once

#include <optional>
#include <string>

#include "sim/session/session.h"

namespace intloom::sim {

// None where the text is empty. UsageError: another text, checks that do not measure it.
std::optional<double> read_limit(const std::string& text, Checks checks);

// Where it does not hold says so on standard error, after `who` ("machine edge_8x8: ").
bool limit_holds(const std::optional<double>& limit, const RunResult& result, const std::string& who);

}  // namespace intloom::sim
