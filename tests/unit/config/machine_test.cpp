// What a machine file, its bases and the command line resolve to.
#include <gmock/gmock.h>

#include <set>

#include "sim/config/machine_keys.h"
#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(YamlFolder, AnEmptySectionLeavesTheDefaultsOfTheDescription) {
  const Machine machine = load_machine(write("plain.yaml", "array: {}\n"));
  const isa::MachineDescription defaults;
  for (const MachineKey& key : machine_keys()) {
    if (key.path == "name") continue;
    EXPECT_EQ(key.get(machine.description), key.get(defaults)) << key.path;
    EXPECT_EQ(origin_of(machine, key.path), "default");
  }
  EXPECT_EQ(machine.description.name, "plain");
}

TEST_F(YamlFolder, ValuesOriginsAndUnits) {
  const std::string file = write("m.yaml",
                                 "name: mine\n"
                                 "array:\n"
                                 "  rows: 12\n"
                                 "  cols: 20\n"
                                 "scratchpad: {bank_bytes: 64 KiB}\n"
                                 "memory: {capacity_bytes: 2GiB}\n"
                                 "requant: {rounding: floor, per_channel: false}\n");
  const Machine machine = load_machine(file);
  EXPECT_EQ(machine.description.name, "mine");
  EXPECT_EQ(machine.description.array.rows, 12);
  EXPECT_EQ(machine.description.array.cols, 20);
  EXPECT_EQ(machine.description.scratchpad.bank_bytes, 65536);
  EXPECT_EQ(machine.description.memory.capacity_bytes, std::int64_t{2} << 30);
  EXPECT_EQ(machine.description.requant.scaling.rounding, isa::Rounding::floor);
  EXPECT_FALSE(machine.description.requant.scaling.per_channel);
  EXPECT_EQ(machine.description.vector.scaling.rounding, isa::Rounding::model);
  EXPECT_EQ(origin_of(machine, "array.cols"), file + ":4");
  EXPECT_EQ(origin_of(machine, "requant.per_channel"), file + ":7");
  EXPECT_EQ(origin_of(machine, "vector.lanes"), "default");
  EXPECT_EQ(value_of(machine, "scratchpad.bank_bytes"), "65536");
}

TEST_F(YamlFolder, TheNearestOfSeveralBasesWins) {
  write("far.yaml", "name: far\ndescription: far away\narray: {rows: 2, cols: 2}\nrequant: {lanes: 2}\n");
  const std::string mid = write("sub/mid.yaml", "base: ../far.yaml\narray: {cols: 3}\n");
  const std::string top = write("top.yaml", "array: {rows: 4}\nbase: sub/mid.yaml\n");
  const Machine machine = load_machine(top);
  EXPECT_EQ(machine.description.array.rows, 4);
  EXPECT_EQ(machine.description.array.cols, 3);
  EXPECT_EQ(machine.description.requant.lanes, 2);
  EXPECT_EQ(origin_of(machine, "array.cols"), mid + ":2");
  EXPECT_THAT(origin_of(machine, "requant.lanes"), EndsWith("far.yaml:4"));
  EXPECT_EQ(machine.description.name, "top") << "a name is not inherited";
  EXPECT_EQ(machine.description.description, "") << "nor a description";
}

TEST_F(YamlFolder, ABaseMayBeAPreset) {
  const Machine machine = load_machine(write("m.yaml", "base: edge_32x32\narray: {rows: 8}\n"));
  EXPECT_EQ(machine.description.array.rows, 8);
  EXPECT_EQ(machine.description.array.cols, 32);
}

TEST_F(YamlFolder, ConditionsBetweenKeysHoldForTheResultNotForABase) {
  write("base.yaml", "requant: {shift_min: 20}\n");
  EXPECT_EQ(load_machine(write("m.yaml", "base: base.yaml\nrequant: {shift_max: 30}\n"))
                .description.requant.scaling.shift_min,
            20);
}

TEST(MachineOption, KeysChangedInPlace) {
  const Machine machine =
      load_machine("edge_16x16:array.rows=32, array.cols = 24", {"requant.lanes=8", "array.cols=20"});
  EXPECT_EQ(machine.description.array.rows, 32);
  EXPECT_EQ(machine.description.array.cols, 20) << "--set wins over -m";
  EXPECT_EQ(machine.description.requant.lanes, 8);
  EXPECT_EQ(origin_of(machine, "array.rows"), "-m");
  EXPECT_EQ(origin_of(machine, "array.cols"), "--set");
  EXPECT_THAT(origin_of(machine, "dma.bytes_per_cycle"), HasSubstr("edge_16x16.yaml:"));
}

TEST(MachineOption, AVariantHasANameOfItsOwn) {
  EXPECT_EQ(load_machine("edge_16x16").description.name, "edge_16x16");
  EXPECT_EQ(load_machine("edge_16x16:requant.lanes=8").description.name, "edge_16x16:requant.lanes=8");
  EXPECT_EQ(load_machine("edge_16x16:requant.lanes = 8, array.rows=4").description.name,
            "edge_16x16:requant.lanes=8,array.rows=4");
  EXPECT_EQ(load_machine("edge_16x16:requant.lanes=8,name=slow").description.name, "slow");
}

TEST_F(YamlFolder, AColonMayBePartOfAPath) {
  const std::string file = write("a:b/m.yaml", "array: {rows: 3}\n");
  EXPECT_EQ(load_machine(file).description.array.rows, 3);
  EXPECT_EQ(load_machine(file + ":array.cols=5").description.array.cols, 5);
  EXPECT_EQ(load_machine(file + ":array.cols=5").description.array.rows, 3);
}

TEST_F(YamlFolder, TheSameFileByAnotherPathIsStillACycle) {
  std::filesystem::create_directory(path("sub"));
  const std::string file = write("m.yaml", "base: sub/../m.yaml\n");
  EXPECT_THAT(error_of([&] { load_machine(file); }), HasSubstr("inherits from itself"));
}

TEST(MachineKeys, EveryKeyIsDocumented) {
  std::set<std::string> paths;
  for (const MachineKey& key : machine_keys()) {
    EXPECT_TRUE(paths.insert(key.path).second) << key.path << " twice";
    EXPECT_THAT(key.description, Not(IsEmpty())) << key.path;
    EXPECT_THAT(key.range, Not(IsEmpty())) << key.path;
    const bool number = key.kind == MachineKey::Kind::integer || key.kind == MachineKey::Kind::bytes;
    EXPECT_EQ(key.unit.empty(), !number) << key.path;
    EXPECT_EQ(key.path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_."), std::string::npos) << key.path;
    const std::string name = key.name();
    if (key.unit == "ps" || key.unit == "bytes") {
      EXPECT_EQ(name.substr(name.rfind('_') + 1), key.unit) << "the unit is the suffix of " << key.path;
    }
  }
  EXPECT_EQ(paths.size(), 52U);
}

// A value other than the machine's, inside the range and harmless to every other key.
std::string another_value(const MachineKey& key, const isa::MachineDescription& machine) {
  const std::string now = key.get(machine);
  if (key.kind == MachineKey::Kind::text) return "another";
  if (key.kind == MachineKey::Kind::boolean) return now == "true" ? "false" : "true";
  if (key.kind == MachineKey::Kind::word)
    return now == "model" ? "half_up" : key.range.substr(key.range.rfind(' ') + 1);
  if (key.path == "requant.shift_max" || key.path == "vector.shift_max") return "61";
  return std::to_string(2 * std::stoll(now) + (now == "0" ? 1 : 0));
}

TEST(MachineKeys, EveryKeyChangesItsOwnValueAndNoOther) {
  const Machine before = load_machine("edge_16x16");
  for (const MachineKey& key : machine_keys()) {
    if (key.path == "array.dataflow") continue;  // has one word only
    std::string value = another_value(key, before.description);
    if (key.name() == "multiplier_bits") value = "24";
    if (key.path == "accumulator.width_bits") value = "40";
    const Machine after = load_machine("edge_16x16", {key.path + "=" + value});
    for (std::size_t i = 0; i < machine_keys().size(); ++i) {
      const bool changed = before.keys[i].value != after.keys[i].value;
      // A changed machine says so in its name.
      EXPECT_EQ(changed, machine_keys()[i].path == key.path || machine_keys()[i].path == "name")
          << key.path << "=" << value << " and " << machine_keys()[i].path;
    }
    EXPECT_EQ(origin_of(after, key.path), "--set");
  }
}

TEST(MachineKeys, LimitsOfTheRangesAreAccepted) {
  for (const MachineKey& key : machine_keys()) {
    const auto dots = key.range.find("..");
    if (dots == std::string::npos) continue;
    for (const std::string& limit : {key.range.substr(0, dots), key.range.substr(dots + 2)}) {
      isa::MachineDescription machine;
      key.set(&machine, Scalar{key.path, limit, Scalar::Form::plain, Place{"test", 0, 0}});
      EXPECT_EQ(key.get(machine), limit) << key.path;
    }
  }
}

}  // namespace
}  // namespace intloom::sim
