// to_yaml writes what load_machine reads back, for random machines.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/config/machine_keys.h"
#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

// A random value of the key inside its range; bounded so that the conditions between keys hold.
std::string random_value(const MachineKey& key) {
  switch (key.kind) {
    case MachineKey::Kind::text:
      return joined(*rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
          std::vector<std::string>{"a",  "9",  " ", ":", "#", "{", "]", ",", "'", "\"", "\\",      "-",
                                   "\n", "\t", "~", "&", "*", "!", "|", ">", "%", "@",  "\xc3\xa9"})));
    case MachineKey::Kind::boolean:
      return *rc::gen::element(std::string("true"), std::string("false"));
    case MachineKey::Kind::word: {
      std::vector<std::string> words;
      for (std::size_t begin = 0; begin < key.range.size();) {
        const std::size_t end = std::min(key.range.find(", ", begin), key.range.size());
        words.push_back(key.range.substr(begin, end - begin));
        begin = end + 2;
      }
      return *rc::gen::elementOf(words);
    }
    default: {
      const auto dots = key.range.find("..");
      const std::int64_t min = std::stoll(key.range.substr(0, dots)), max = std::stoll(key.range.substr(dots + 2));
      return std::to_string(*rc::gen::inRange<std::int64_t>(min, max) + *rc::gen::inRange<std::int64_t>(0, 2));
    }
  }
}

Scalar scalar(const std::string& key, const std::string& text) {
  return Scalar{key, text, Scalar::Form::plain, Place{"test", 0, 0}};
}

// Settles the conditions between keys that a random choice breaks.
void repair(isa::MachineDescription* machine) {
  for (isa::BufferDescription* buffer : {&machine->scratchpad, &machine->weight_buffer, &machine->parameter_buffer}) {
    buffer->banks = 1 + buffer->banks % 20;
    buffer->bank_bytes = std::max<std::int64_t>(buffer->bank_bytes, 256);
  }
  for (isa::ScalingUnitDescription* unit :
       std::initializer_list<isa::ScalingUnitDescription*>{&machine->requant, &machine->vector}) {
    unit->scaling.shift_max = std::max(unit->scaling.shift_min, unit->scaling.shift_max);
    if (unit->scaling.multiplier == isa::Multiplier::float32) unit->scaling.rounding = isa::Rounding::half_even;
    if (unit->scaling.multiplier_bits == 0) unit->scaling.rounding = isa::Rounding::half_away;
    if (unit->scaling.multiplier == isa::Multiplier::float32) unit->scaling.rounding = isa::Rounding::model;
  }
  int burst = 4;
  while (burst * 2 <= machine->memory.burst_bytes) burst *= 2;
  machine->memory.burst_bytes = burst;
}

class RoundTrip : public YamlFolder {};

RC_GTEST_FIXTURE_PROP(RoundTrip, ToYamlGivesTheSameMachine, ()) {
  Machine machine;
  for (const MachineKey& key : machine_keys()) key.set(&machine.description, scalar(key.path, random_value(key)));
  repair(&machine.description);
  const Machine again = load_machine(write("machine.yaml", to_yaml(machine)));
  for (const MachineKey& key : machine_keys()) RC_ASSERT(key.get(again.description) == key.get(machine.description));
  RC_ASSERT(to_yaml(again) == to_yaml(machine));
}

// Whatever is done to a file's bytes, loading it succeeds or is a ConfigError that begins with the file's name.
RC_GTEST_FIXTURE_PROP(RoundTrip, ADamagedFileIsAConfigError, ()) {
  std::string yaml = to_yaml(load_machine("edge_16x16"));
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) {
    const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(yaml.size())));
    const char byte =
        *rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string(" \n\t:{}[]\"'-&*?#|>%~")));
    if (*rc::gen::arbitrary<bool>()) {
      yaml[at] = byte;
    } else {
      yaml.insert(at, 1, byte);
    }
  }
  const std::string file = write("machine.yaml", yaml);
  const std::string message = error_of([&] { load_machine(file); });
  RC_CLASSIFY(message == "no error", "still valid");
  RC_ASSERT(message == "no error" || message.compare(0, file.size(), file) == 0);
}

TEST_F(RoundTrip, TheWrittenFileInheritsNothing) {
  const Machine machine = load_machine("shift_only:array.rows=12");
  const std::string yaml = to_yaml(machine);
  EXPECT_EQ(yaml.find("base"), std::string::npos);
  const Machine again = load_machine(write("elsewhere.yaml", yaml));
  EXPECT_EQ(again.description.name, "shift_only:array.rows=12");
  for (const ResolvedKey& key : again.keys) EXPECT_NE(key.origin, "default") << key.key;
}

}  // namespace
}  // namespace intloom::sim
