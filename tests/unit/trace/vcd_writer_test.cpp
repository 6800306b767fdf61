// VcdWriter: expected text written by hand from IEEE 1364-2005, 18.2; values read back by GTKWave's own parser.
#include "sim/trace/vcd_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "sim/trace/vcd_format.h"
#include "tests/unit/trace/fst_reader/fst_reader.h"
#include "tests/unit/trace/scratch_folder.h"

namespace intloom::sim {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;
using ::testing::Not;

hw::WaveScope::Sample value_of(const std::uint64_t& value) {
  return [&value](std::uint64_t* words) { words[0] = value; };
}

TEST(VcdWriter, WritesChangesOnlyUnderTheirTimes) {
  ScratchFolder folder;
  VcdWriter writer({folder.file("a.vcd"), 500});
  std::uint64_t valid = 0, data = 5;
  std::string layer = "c1";
  writer.scope("machine.core0.load").add("valid", 1, value_of(valid));
  writer.scope("machine.core0.load").add("data", 12, value_of(data));
  writer.add_text("machine", "layer", 3, [&layer] { return std::string_view(layer); });
  writer.sample(2);
  writer.sample(3);
  valid = 1;
  data = 0x800;
  writer.sample(4);
  valid = 0;
  layer = "longer";
  writer.sample(5);
  writer.close();
  EXPECT_EQ(folder.read("a.vcd"), R"($version Intloom $end
$timescale 1ps $end
$comment clock_period_ps 500 $end
$scope module machine $end
$var reg 24 # layer [23:0] $end
$scope module core0 $end
$scope module load $end
$var wire 1 ! valid $end
$var wire 12 " data [11:0] $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
#1000
$dumpvars
0!
b101 "
b11000110011000100000000 #
$end
#2000
1!
b100000000000 "
#2500
0!
b11011000110111101101110 #
#3000
)");
}

TEST(VcdWriter, SiblingScopesAreOpenedOnceWhateverTheOrderOfNaming) {
  ScratchFolder folder;
  VcdWriter writer({folder.file("a.vcd"), 1000});
  const std::uint64_t zero = 0;
  writer.scope("machine.core0.load").add("a", 1, value_of(zero));
  writer.scope("machine.memory").add("b", 1, value_of(zero));
  writer.scope("machine.core0").add("c", 1, value_of(zero));
  writer.scope("machine.core0.load").add("d", 1, value_of(zero));
  writer.close();
  EXPECT_THAT(folder.read("a.vcd"), HasSubstr(R"($scope module machine $end
$scope module core0 $end
$var wire 1 # c $end
$scope module load $end
$var wire 1 ! a $end
$var wire 1 $ d $end
$upscope $end
$upscope $end
$scope module memory $end
$var wire 1 " b $end
$upscope $end
$upscope $end
)"));
}

TEST(VcdWriter, AWindowHoldsItsFirstAndLastCycleAndStartsWithAllValues) {
  ScratchFolder folder;
  VcdOptions options{folder.file("a.vcd"), 1000};
  options.first_cycle = 10;
  options.last_cycle = 11;
  VcdWriter writer(options);
  std::uint64_t counter = 0, constant = 3;
  int reads = 0;
  writer.scope("machine").add("counter", 8, [&](std::uint64_t* words) {
    words[0] = counter;
    ++reads;
  });
  writer.scope("machine").add("constant", 8, value_of(constant));
  for (counter = 0; counter < 20; ++counter) writer.sample(static_cast<std::int64_t>(counter));
  writer.close();
  EXPECT_EQ(reads, 2);
  EXPECT_THAT(folder.read("a.vcd"),
              HasSubstr("$enddefinitions $end\n#10000\n$dumpvars\nb1010 !\nb11 \"\n$end\n#11000\nb1011 !\n#12000\n"));
}

TEST(VcdWriter, AScopeKeepsWhatLiesBelowItAndTheRowsOfText) {
  for (const std::string scope : {"machine.core0.array", "core0.array"}) {
    ScratchFolder folder;
    VcdOptions options{folder.file("a.vcd"), 1000};
    options.scope = scope;
    VcdWriter writer(options);
    const std::uint64_t zero = 0;
    for (const char* path :
         {"machine.core0.array", "machine.core0.array.column", "machine.core0.array2", "machine.core0"})
      writer.scope(path).add("x", 1, value_of(zero));
    writer.add_text("machine", "layer", 4, [] { return std::string_view("c"); });
    std::vector<std::string> paths;
    for (const WaveSignal& signal : writer.signals()) paths.push_back(signal.path);
    EXPECT_EQ(paths, (std::vector<std::string>{"machine.core0.array", "machine.core0.array.column", "machine"}));
  }
}

TEST(VcdWriter, NamesThatViewersStumbleOverAreRefused) {
  ScratchFolder folder;
  VcdWriter writer({folder.file("a.vcd"), 1000});
  const std::uint64_t zero = 0;
  EXPECT_THROW(writer.scope("machine").add("data[0]", 1, value_of(zero)), std::invalid_argument);
  EXPECT_THROW(writer.scope("machine").add("", 1, value_of(zero)), std::invalid_argument);
  EXPECT_THROW(writer.scope("machine..load").add("a", 1, value_of(zero)), std::invalid_argument);
  EXPECT_THROW(writer.scope("machine").add("a", 0, value_of(zero)), std::invalid_argument);
  writer.scope("machine").add("a", 1, value_of(zero));
  EXPECT_THROW(writer.scope("machine").add("a", 2, value_of(zero)), std::invalid_argument);
  writer.sample(0);
  EXPECT_THROW(writer.scope("machine").add("b", 1, value_of(zero)), std::invalid_argument);
}

TEST(VcdWriter, IdentifiersAreShortAndDistinct) {
  EXPECT_EQ(vcd_identifier(0), "!");
  EXPECT_EQ(vcd_identifier(93), "~");
  EXPECT_EQ(vcd_identifier(94), "!!");
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const std::string identifier = vcd_identifier(i);
    EXPECT_LE(identifier.size(), 3U);
    EXPECT_TRUE(seen.insert(identifier).second);
  }
}

TEST(VcdWriter, FormatsBitsOfAnyWidth) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5000; ++round) {
    const int width = static_cast<int>(random() % 300) + 1;
    std::string expected;
    std::uint64_t words[5] = {};
    const int used = static_cast<int>(random() % static_cast<unsigned>(width)) + 1;
    for (int bit = used - 1; bit >= 0; --bit) {
      const bool one = bit == used - 1 ? random() % 8 != 0 : random() % 2 == 0;
      expected += one ? '1' : '0';
      if (one) words[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    const std::size_t first_one = expected.find('1');
    expected = first_one == std::string::npos ? "0" : expected.substr(first_one);
    char text[320];
    ASSERT_EQ(std::string(text, format_bits(words, width, text)), expected);
  }
}

// Random signals, random changes: every value at every cycle as GTKWave reads it.
TEST(VcdWriter, GtkwaveReadsBackEveryValue) {
  ScratchFolder folder;
  constexpr std::int64_t kPeriod = 1250, kFirst = 3, kCycles = 400;
  VcdWriter writer({folder.file("a.vcd"), kPeriod});
  std::mt19937_64 random(11);
  struct Expected {
    std::string name;
    int width;
    std::vector<std::uint64_t> words;
    std::vector<std::string> history;
  };
  std::vector<Expected> signals(150);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    Expected& signal = signals[i];
    signal.width = i % 3 == 0 ? 1 : static_cast<int>(random() % 600) + 1;
    signal.words.resize(static_cast<std::size_t>(signal.width + 63) / 64);
    const std::string path =
        "machine.core" + std::to_string(i % 4) + (i % 5 == 0 ? "" : ".unit" + std::to_string(i % 7));
    signal.name = path + ".signal_" + std::to_string(i);
    writer.scope(path).add("signal_" + std::to_string(i), signal.width, [&signal](std::uint64_t* words) {
      std::copy(signal.words.begin(), signal.words.end(), words);
    });
  }
  for (std::int64_t cycle = kFirst; cycle < kFirst + kCycles; ++cycle) {
    for (Expected& signal : signals) {
      if (random() % 4 == 0)
        for (std::uint64_t& word : signal.words) word = random() % 3 == 0 ? 0 : random();
      if (signal.width % 64 != 0) signal.words.back() &= (std::uint64_t{1} << (signal.width % 64)) - 1;
      std::string digits;
      for (int bit = signal.width - 1; bit >= 0; --bit)
        digits += (signal.words[static_cast<std::size_t>(bit) / 64] >> (bit % 64) & 1) != 0 ? '1' : '0';
      signal.history.push_back(digits);
    }
    writer.sample(cycle);
  }
  writer.close();

  const auto waveform = test::read_with_gtkwave(folder.file("a.vcd"), folder.path());
  if (!waveform) GTEST_SKIP() << "vcd2fst or Verilator's FST library is not on this machine";
  EXPECT_EQ(waveform->timescale_exponent, -12);
  EXPECT_EQ(waveform->start_time, kFirst * kPeriod);
  EXPECT_EQ(waveform->end_time, (kFirst + kCycles) * kPeriod);
  ASSERT_EQ(waveform->signals.size(), signals.size());
  for (const Expected& signal : signals) {
    ASSERT_EQ(waveform->signals.count(signal.name), 1U) << signal.name;
    const test::ReadSignal& read = waveform->signals.at(signal.name);
    ASSERT_EQ(read.width_bits, signal.width);
    for (std::size_t i = 0; i < signal.history.size(); ++i)
      ASSERT_EQ(read.at((kFirst + i) * kPeriod), signal.history[i]) << signal.name << " at cycle " << kFirst + i;
  }
}

TEST(VcdWriter, NothingLiesInTheFolderBeforeClose) {
  ScratchFolder folder;
  {
    VcdWriter writer({folder.file("a.vcd"), 1000});
    std::uint64_t counter = 0;
    writer.scope("machine").add("counter", 64, value_of(counter));
    for (; counter < 100000; ++counter) writer.sample(static_cast<std::int64_t>(counter));
    EXPECT_GT(writer.bytes_written(), 1000000U);
    EXPECT_FALSE(std::filesystem::exists(folder.file("a.vcd")));
  }
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(VcdWriter, CloseReplacesAnOlderFile) {
  ScratchFolder folder;
  std::ofstream(folder.file("a.vcd")) << "older";
  VcdWriter writer({folder.file("a.vcd"), 1000});
  EXPECT_EQ(folder.read("a.vcd"), "older");
  writer.close();
  EXPECT_THAT(folder.read("a.vcd"), HasSubstr("$enddefinitions"));
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(VcdWriter, AKillLeavesNothing) {
  ScratchFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    VcdWriter writer({folder.file("a.vcd"), 1000});
    std::uint64_t counter = 0;
    writer.scope("machine").add("counter", 64, value_of(counter));
    for (; counter < 100000; ++counter) writer.sample(static_cast<std::int64_t>(counter));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(std::filesystem::exists(folder.file("a.vcd")));
}

TEST(VcdWriter, AFolderThatIsNotThereIsNamedWithTheReason) {
  try {
    VcdWriter writer({"/nonexistent_folder/a.vcd", 1000});
    FAIL();
  } catch (const TraceError& error) {
    EXPECT_STREQ(error.what(), "cannot open /nonexistent_folder/a.vcd: No such file or directory");
  }
}

TEST(VcdWriter, AFolderAsPathIsRefused) {
  ScratchFolder folder;
  EXPECT_THROW(VcdWriter({folder.path(), 1000}), TraceError);
}

// A file size limit stands in for a full disk: write() fails after some bytes (EFBIG instead of ENOSPC).
TEST(VcdWriter, AFailedWriteStopsSamplingAndIsReportedOnce) {
  ScratchFolder folder;
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  struct rlimit limited = before;
  limited.rlim_cur = 400000;
  ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  {
    VcdWriter writer({folder.file("a.vcd"), 1000});
    std::uint64_t counter = 0;
    writer.scope("machine").add("counter", 64, value_of(counter));
    for (; counter < 200000 && !writer.failed(); ++counter) writer.sample(static_cast<std::int64_t>(counter));
    EXPECT_TRUE(writer.failed());
    EXPECT_LT(counter, 100000U);
    writer.sample(static_cast<std::int64_t>(counter) + 1);
    try {
      writer.check();
      ADD_FAILURE();
    } catch (const TraceError& error) {
      EXPECT_EQ(std::string(error.what()), "cannot write " + folder.file("a.vcd") + ": File too large");
    }
    EXPECT_THROW(writer.close(), TraceError);
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(VcdWriter, AFullDiskIsReportedWithItsReason) {
  // /dev/full refuses every write with ENOSPC.
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full on this machine";
  const int full = ::open("/dev/full", O_WRONLY);
  ScratchFolder folder;
  TraceFile file(folder.file("a.vcd"));
  // The file's own descriptor, found by its folder, is replaced by that of the full device.
  int descriptor = -1;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (!error && target.find(folder.path()) == 0) descriptor = std::stoi(entry.path().filename().string());
  }
  ASSERT_GE(descriptor, 0);
  ASSERT_EQ(::dup2(full, descriptor), descriptor);
  ::close(full);
  try {
    file.write("x", 1);
    FAIL();
  } catch (const TraceError& error) {
    EXPECT_THAT(error.what(), HasSubstr("No space left on device"));
  }
}

TEST(VcdWriter, TheLargestSizeOfACycleIsNeverExceededAndCanBeReached) {
  ScratchFolder folder;
  VcdWriter writer({folder.file("a.vcd"), 1000});
  std::uint64_t value = 0;
  for (int width : {1, 1, 8, 64})
    writer.scope("machine").add(
        "w" + std::to_string(writer.signals().size()), width,
        [&value, width](std::uint64_t* words) { words[0] = hw::WaveScope::mask(value, width); });
  writer.sample(1);
  const std::uint64_t before = writer.bytes_written();
  value = ~std::uint64_t{0};
  writer.sample(2);
  // "#2000" 6, two of "1x" 3, "b" + digits + " x" 12 and 68.
  EXPECT_EQ(writer.bytes_written() - before, 6U + 3 + 3 + 12 + 68);
  EXPECT_EQ(writer.max_bytes_per_cycle(), 22U + 3 + 3 + 12 + 68);  // a time of up to 20 digits
  EXPECT_LT(writer.estimated_bytes_per_cycle(), writer.max_bytes_per_cycle());
}

}  // namespace
}  // namespace intloom::sim
