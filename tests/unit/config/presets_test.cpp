// Every file under configs/ is read, and presets are found where they should be.
#include "sim/config/presets.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const fs::path kConfigs = fs::path(INTLOOM_SOURCE_DIR) / "configs";

std::vector<std::string> files(const fs::path& folder) {
  std::vector<std::string> paths;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// INTLOOM_CONFIGS for the life of the object.
class ConfigsVariable {
 public:
  explicit ConfigsVariable(const std::string& value) {
    if (const char* before = std::getenv("INTLOOM_CONFIGS")) before_ = before;
    setenv("INTLOOM_CONFIGS", value.c_str(), 1);
  }
  ~ConfigsVariable() {
    if (before_) {
      setenv("INTLOOM_CONFIGS", before_->c_str(), 1);
    } else {
      unsetenv("INTLOOM_CONFIGS");
    }
  }
  ConfigsVariable(const ConfigsVariable&) = delete;
  ConfigsVariable& operator=(const ConfigsVariable&) = delete;

 private:
  std::optional<std::string> before_;
};

TEST(Configs, EveryFileIsReadByItsReader) {
  for (const std::string& file : files(kConfigs)) {
    SCOPED_TRACE(file);
    const std::string kind = fs::relative(file, kConfigs).begin()->string();
    if (kind == "machines") {
      EXPECT_THAT(load_machine(file).description.description, Not(IsEmpty()));
    } else if (kind == "runs") {
      EXPECT_TRUE(load_run_file(file).model.has_value());
    } else {
      ASSERT_EQ(kind, "compare") << "a folder no reader is known for";
      const CompareFile compare = load_compare_file(file);
      EXPECT_THAT(compare.models, Not(IsEmpty()));
      for (const MachineVariant& machine : expand_machines(compare.machines)) load_machine(machine.spec);
    }
  }
  EXPECT_THAT(files(kConfigs / "machines"), SizeIs(11));
  EXPECT_THAT(files(kConfigs / "runs"), SizeIs(3));
  EXPECT_THAT(files(kConfigs / "compare"), SizeIs(4));
}

TEST(Configs, EveryFileSaysWhatItIsFor) {
  for (const std::string& file : files(kConfigs)) {
    std::string line;
    std::getline(std::ifstream(file) >> std::ws, line);
    EXPECT_THAT(line, StartsWith("# ")) << file;
  }
}

TEST(Configs, PresetsAreListedByNameWithADescription) {
  std::map<std::string, std::string> presets;
  for (const Preset& preset : list_presets()) {
    presets[preset.name] = preset.path;
    EXPECT_THAT(preset.description, Not(IsEmpty())) << preset.name;
    EXPECT_EQ(load_machine(preset.name).description.name, preset.name);
  }
  for (const char* name : {"edge_8x8", "edge_16x16", "edge_32x32", "narrow_bandwidth", "small_buffers", "shift_only",
                           "nvdla_like_16bit", "requant_8_lanes", "float32_requant"})
    EXPECT_EQ(presets.count(name), 1U) << name;
}

TEST(Configs, WhatThePresetsModel) {
  const auto machine = [](const char* name) { return load_machine(name).description; };
  EXPECT_EQ(machine("shift_only").requant.scaling.multiplier_bits, 0);
  EXPECT_EQ(machine("nvdla_like_16bit").requant.scaling.multiplier_bits, 15);
  EXPECT_EQ(machine("nvdla_like_16bit").requant.scaling.rounding, isa::Rounding::half_away);
  EXPECT_EQ(machine("requant_8_lanes").requant.lanes, 8);
  EXPECT_EQ(machine("float32_requant").vector.scaling.multiplier, isa::Multiplier::float32);
  EXPECT_EQ(machine("folded_zero_point").array.zero_point, isa::ZeroPoint::folded);
  EXPECT_LT(machine("narrow_bandwidth").memory.bytes_per_cycle, machine("edge_16x16").memory.bytes_per_cycle);
  EXPECT_LT(machine("small_buffers").scratchpad.bank_bytes, machine("edge_16x16").scratchpad.bank_bytes);
}

TEST_F(YamlFolder, TheEnvironmentNamesAnotherFolderOfPresets) {
  write("machines/own.yaml", "description: own\narray: {rows: 5}\n");
  const ConfigsVariable variable(folder_.string());
  EXPECT_EQ(configs_folder(), folder_.string());
  EXPECT_EQ(load_machine("own").description.array.rows, 5);
  EXPECT_THAT(list_presets(), SizeIs(1));
  EXPECT_THAT(error_of([] { load_machine("edge_16x16"); }), HasSubstr("no machine named \"edge_16x16\""));
}

TEST_F(YamlFolder, TheEnvironmentNamesNoFolder) {
  const ConfigsVariable variable(path("gone"));
  EXPECT_EQ(error_of([] { list_presets(); }), "INTLOOM_CONFIGS=" + path("gone") + ": no such folder");
}

}  // namespace
}  // namespace intloom::sim
