// The causes a cycle can have, the same list everywhere: layer tables, splits, bound_by, reports.
#pragma once

#include <array>
#include <string_view>

namespace intloom::sim {

inline constexpr std::array<std::string_view, 11> kCauses{"compute",     "fill_drain", "weights",    "input",
                                                          "accumulator", "output",     "dependency", "vector",
                                                          "requant",     "dram",       "host"};

}  // namespace intloom::sim
