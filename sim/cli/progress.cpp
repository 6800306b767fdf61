#include "sim/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "sim/cli/exit_code.h"
#include "sim/report/table.h"

namespace intloom::sim {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void note_signal(int /*signal*/) { interrupted = 1; }

constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kInterval = std::chrono::milliseconds(200);

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A file-size limit (ulimit -f) is a failed write like a full disk, not the end of the program.
  std::signal(SIGXFSZ, SIG_IGN);
}

void throw_if_interrupted() {
  if (interrupted != 0) throw Interrupted();
}

ProgressLine::ProgressLine(std::string label, bool quiet)
    : label_(std::move(label)),
      visible_(!quiet && isatty(STDERR_FILENO) != 0),
      begin_(std::chrono::steady_clock::now()),
      last_(begin_) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

std::function<void(const Progress&)> ProgressLine::observer() {
  return [this](const Progress& progress) {
    throw_if_interrupted();
    show(progress);
  };
}

void ProgressLine::next(std::string label) {
  label_ = std::move(label);
  if (due()) print(label_);
}

void ProgressLine::show(const Progress& progress) {
  if (!due()) return;
  std::string line = label_ + ": ";
  if (progress.inferences > 1) line += fmt::format("inference {}/{}, ", progress.inference + 1, progress.inferences);
  line += fmt::format("layer {}/{} {}, cycle {}", progress.layer_index + 1, progress.layers, progress.layer,
                      with_thousands(progress.cycle));
  print(std::move(line));
}

bool ProgressLine::due() {
  const auto now = std::chrono::steady_clock::now();
  if (!visible_ || now - begin_ < kPatience || now - last_ < kInterval) return false;
  last_ = now;
  return true;
}

void ProgressLine::print(std::string line) {
  shown_ = true;
  if (line.size() > 98) line.resize(98);
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace intloom::sim
