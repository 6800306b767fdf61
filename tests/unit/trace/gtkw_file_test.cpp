// The save file: expected text by hand, flags from GTKWave's analyzer.h.
#include "sim/trace/gtkw_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/trace/scratch_folder.h"

namespace intloom::sim {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<WaveSignal> some_signals() {
  return {{"machine.core0.load", "burst_valid", 1, WaveKind::bit},
          {"machine.core0.load", "write_data", 128, WaveKind::vector},
          {"machine", "layer", 256, WaveKind::text},
          {"machine.core0.array", "sum_valid", 1, WaveKind::bit}};
}

TEST(GtkwFile, GroupsByInstancePathWithTextFirst) {
  const std::vector<SaveGroup> groups = groups_by_path(some_signals(), 2);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].title, "progress");
  EXPECT_EQ(groups[0].rows[0].signal.name, "layer");
  EXPECT_EQ(groups[1].title, "machine.core0.load");
  EXPECT_EQ(groups[1].rows.size(), 2U);
  EXPECT_FALSE(groups[1].closed);
  EXPECT_TRUE(groups[2].closed);
}

TEST(GtkwFile, IsWrittenAsGtkwaveSavesIt) {
  ScratchFolder folder;
  write_gtkw(folder.file("run.gtkw"), folder.file("run.vcd"), 1000, groups_by_path(some_signals(), 2),
             {{"conv 1", 100}, {"fc\n", 2500}});
  EXPECT_EQ(folder.read("run.gtkw"), R"([*]
[*] Intloom waveform: gtkwave FILE.gtkw
[*]
[dumpfile] "run.vcd"
[savefile] "run.gtkw"
[timestart] 100000
[*] marker A cycle 100 conv 1
[*] marker B cycle 2500 fc_
*-8.000000 -1 100000 2500000 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1
[markername] Aconv 1
[markername] Bfc_
[signals_width] 320
[sst_expanded] 1
@800200
-progress
@820
machine.layer[255:0]
@1000200
-progress
@800200
-machine.core0.load
@28
machine.core0.load.burst_valid
@22
machine.core0.load.write_data[127:0]
@1000200
-machine.core0.load
@c00200
-machine.core0.array
@28
machine.core0.array.sum_valid
@1401200
-machine.core0.array
)");
}

TEST(GtkwFile, NamesTheWaveformRelativeToItself) {
  ScratchFolder folder;
  std::filesystem::create_directories(folder.file("traces/views"));
  write_gtkw(folder.file("traces/views/run.gtkw"), folder.file("traces/run.vcd"), 1000, {}, {});
  EXPECT_THAT(folder.read("traces/views/run.gtkw"), HasSubstr("[dumpfile] \"../run.vcd\"\n[savefile] \"run.gtkw\"\n"));
}

TEST(GtkwFile, LayersBeyondTwentySixAreNamedInComments) {
  ScratchFolder folder;
  std::vector<SaveMarker> markers;
  for (int i = 0; i < 30; ++i) markers.push_back({"layer_" + std::to_string(i), 10 * i});
  write_gtkw(folder.file("run.gtkw"), folder.file("run.vcd"), 1000, {}, markers);
  const std::string text = folder.read("run.gtkw");
  EXPECT_THAT(text, HasSubstr("[markername] Zlayer_25\n"));
  EXPECT_THAT(text, Not(HasSubstr("[markername] [layer_26")));
  EXPECT_THAT(text, HasSubstr("[*] marker - cycle 290 layer_29\n"));
}

TEST(GtkwFile, AFormatOfARowOverridesTheOneOfItsKind) {
  ScratchFolder folder;
  std::vector<SaveGroup> groups = groups_by_path(some_signals());
  groups[1].rows[1].format = WaveFormat::signed_decimal;
  write_gtkw(folder.file("run.gtkw"), folder.file("run.vcd"), 1000, groups, {});
  EXPECT_THAT(folder.read("run.gtkw"), HasSubstr("@420\nmachine.core0.load.write_data[127:0]\n"));
}

TEST(GtkwFile, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(write_gtkw("/nonexistent_folder/run.gtkw", "/nonexistent_folder/run.vcd", 1000, {}, {}), TraceError);
}

}  // namespace
}  // namespace intloom::sim
