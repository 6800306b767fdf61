// What the feeder does at each edge: how the cycles of EXEC split into causes.
#pragma once

#include <cstdint>

namespace intloom::hw {

// idle: no command. weights: the next activation row waits for its weights. compute: an activation row is handed to the
// array. fill_drain: decoding and the latency of the buffers, before the first row of a command.
enum class Phase : std::uint8_t { idle, weights, compute, fill_drain };
inline constexpr int kPhases = 4;

struct PhaseChange {
  std::int64_t cycle = 0;  // the first edge in this phase
  Phase phase = Phase::idle;
};

}  // namespace intloom::hw
