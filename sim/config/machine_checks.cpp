#include "sim/config/machine_checks.h"

#include <fmt/format.h>

#include <vector>

#include "rtl_models/isa/buffer_layout.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

namespace {

using Origins = std::map<std::string, Place>;

// Of the keys involved, the one that was written, the first of them: so the message points at a line of the user's.
const Place& place_of(const std::vector<std::string>& keys, const Origins& origins) {
  for (const std::string& key : keys)
    if (const Place& place = origins.at(key); place.source != "default") return place;
  return origins.at(keys.front());
}

void check_burst(const isa::MachineDescription& machine, const Origins& origins) {
  const int burst = machine.memory.burst_bytes;
  if ((burst & (burst - 1)) == 0) return;
  int below = 1;
  while (below * 2 < burst) below *= 2;
  fail(origins.at("memory.burst_bytes"),
       fmt::format("memory.burst_bytes: {} is not a power of two; nearest are {} and {}", burst, below, 2 * below));
}

void check_banks(const isa::MachineDescription& machine, const Origins& origins) {
  const int banks = machine.scratchpad.banks + machine.weight_buffer.banks + machine.parameter_buffer.banks;
  if (banks <= isa::kMaxBanks) return;
  fail(place_of({"scratchpad.banks", "weight_buffer.banks", "parameter_buffer.banks"}, origins),
       fmt::format(
           "scratchpad.banks + weight_buffer.banks + parameter_buffer.banks: {} + {} + {} = {}; at most {} banks "
           "in all",
           machine.scratchpad.banks, machine.weight_buffer.banks, machine.parameter_buffer.banks, banks,
           isa::kMaxBanks));
}

void check_word(const isa::MachineDescription& machine, const Origins& origins, isa::Buffer buffer,
                const std::string& section, const std::string& word_key) {
  const std::int64_t bytes = isa::buffer_description(machine, buffer).bank_bytes;
  const std::int64_t word = isa::word_bytes(machine, buffer);
  if (bytes >= word) return;
  std::vector<std::string> keys{section + ".bank_bytes"};
  if (!word_key.empty()) keys.push_back(word_key);
  fail(place_of(keys, origins),
       fmt::format("{}.bank_bytes: a bank of {} bytes holds no word of {} bytes ({}); at least {}", section, bytes,
                   word, word_key.empty() ? "one parameter record" : "one byte per " + word_key, word));
}

void check_scaling(const isa::ScalingDescription& scaling, const std::string& unit, const Origins& origins) {
  const auto key = [&](const char* name) { return unit + "." + name; };
  if (scaling.shift_min > scaling.shift_max)
    fail(place_of({key("shift_min"), key("shift_max")}, origins),
         fmt::format("{0}.shift_min: {1} is larger than {0}.shift_max: {2}", unit, scaling.shift_min,
                     scaling.shift_max));
  const bool tflite = scaling.rounding == isa::Rounding::tflite_double;
  if (scaling.multiplier == isa::Multiplier::float32) {
    if (scaling.rounding != isa::Rounding::model && scaling.rounding != isa::Rounding::half_even)
      fail(place_of({key("rounding"), key("multiplier")}, origins),
           fmt::format("{0}.rounding: with {0}.multiplier: float32 only half_even (or model) is possible", unit));
    return;
  }
  if (tflite && scaling.multiplier_bits == 0)
    fail(place_of({key("rounding"), key("multiplier_bits")}, origins),
         fmt::format("{0}.rounding: tflite_double needs a multiplier; {0}.multiplier_bits is 0 (shift only)", unit));
}

}  // namespace

void check_machine(const isa::MachineDescription& machine, const Origins& origins) {
  check_burst(machine, origins);
  check_banks(machine, origins);
  check_word(machine, origins, isa::Buffer::activations, "scratchpad", "array.rows");
  check_word(machine, origins, isa::Buffer::weights, "weight_buffer", "array.cols");
  check_word(machine, origins, isa::Buffer::parameters, "parameter_buffer", "");
  check_scaling(machine.requant.scaling, "requant", origins);
  check_scaling(machine.vector.scaling, "vector", origins);
}

}  // namespace intloom::sim
