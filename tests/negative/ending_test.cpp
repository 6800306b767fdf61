// Runs that end early: conditions, cycle limit, full disk, signals. None leaves a half-written result.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/negative/program.h"

namespace intloom::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kOne{"run", source("models/digits/digits-int8.onnx"), "--input",
                                    source("models/digits/digits-one.npz")};
const std::vector<std::string> kLong{"run",        source("models/digits/digits-int8.onnx"),
                                     "--input",    source("models/digits/digits-test.npz"),
                                     "--out",      "result",
                                     "--fidelity", "cycle"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(Ending, LimitThatDoesNotHoldIsCode1) {
  const WorkFolder folder;
  const Ended ended = run_program(with(kOne, {"-m", "shift_only", "--limit", "max_abs_lsb=0"}), folder.path());
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("the limit max_abs_lsb=0 does not hold"));
  EXPECT_EQ(run_program(with(kOne, {"--limit", "max_abs_lsb=255"}), folder.path()).exit_code, 0);
}

TEST(Ending, CycleLimitIsCode3WithTheUnitsState) {
  const WorkFolder folder;
  const Ended ended = run_program(
      with(kOne, {"-m", "edge_16x16:max_cycles=100", "--out", "result", "--trace", "w.vcd"}), folder.path());
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_THAT(ended.err, HasSubstr("max_cycles: 100"));
  EXPECT_THAT(ended.err, HasSubstr("State of the units"));
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST(Ending, FileSizeLimitIsCode74) {
  const WorkFolder folder;
  const auto limit = [] {
    const rlimit bytes{512, 512};
    ::setrlimit(RLIMIT_FSIZE, &bytes);
  };
  const Ended ended = run_program(with(kOne, {"--out", "result"}), folder.path(), limit);
  EXPECT_EQ(ended.exit_code, 74) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("cannot write result/"));
  EXPECT_THAT(folder.files(), IsEmpty());
}

// As root on a file system of one page or so; elsewhere the two tests beside this one stand for it.
TEST(Ending, FullDiskIsCode74) {
  const WorkFolder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=8k") != 0) GTEST_SKIP() << "no right to mount a tmpfs";
  const Ended ended = run_program(with(kOne, {"--out", "result", "--dump", "tensors"}), folder.path());
  const std::vector<std::string> left = folder.files();
  ::umount(folder.path().c_str());
  EXPECT_EQ(ended.exit_code, 74);
  EXPECT_THAT(ended.err, HasSubstr("No space left on device"));
  EXPECT_THAT(left, IsEmpty());
}

TEST(Ending, FullStandardOutputIsCode74) {
  const WorkFolder folder;
  const Ended ended = run_program(kOne, folder.path(), [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); });
  EXPECT_EQ(ended.exit_code, 74);
  EXPECT_THAT(ended.err, HasSubstr("cannot write to standard output"));
}

TEST(Ending, TraceIntoNoFolderIsCode74AtOnce) {
  const WorkFolder folder;
  const Ended ended = run_program(with(kOne, {"--trace", "nowhere/w.vcd"}), folder.path());
  EXPECT_EQ(ended.exit_code, 74);
  EXPECT_THAT(ended.err, HasSubstr("cannot write the waveform nowhere/w.vcd: there is no folder nowhere"));
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST(Ending, OutBelowAFileIsCode74) {
  const WorkFolder folder;
  folder.write("file", "x");
  const Ended ended = run_program(with(kOne, {"--out", "file/result"}), folder.path());
  EXPECT_EQ(ended.exit_code, 74);
  EXPECT_THAT(ended.err, HasSubstr("cannot create folder file/result"));
}

Ended ended_by(int signal, const WorkFolder& folder) {
  Program program(kLong, folder.path());
  // The folder of the results is made just before the simulation begins.
  for (int i = 0; i < 1000 && !std::filesystem::exists(folder.file("result")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  program.send(signal);
  return program.wait();
}

TEST(Ending, InterruptIsCode130AndLeavesNothing) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const WorkFolder folder;
    const Ended ended = ended_by(signal, folder);
    EXPECT_EQ(ended.exit_code, 130);
    EXPECT_THAT(ended.err, HasSubstr("interrupted"));
    EXPECT_THAT(folder.files(), IsEmpty());
  }
}

TEST(Ending, KillLeavesNoFileUnderItsFinalName) {
  const WorkFolder folder;
  EXPECT_EQ(ended_by(SIGKILL, folder).signal, SIGKILL);
  for (const std::string& file : folder.files()) EXPECT_THAT(file, HasSubstr(".partial"));
}

}  // namespace
}  // namespace intloom::test
