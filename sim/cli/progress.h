// Progress on a terminal for runs that take longer than a person likes to wait, and the end of a run by Ctrl-C.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "sim/session/session.h"

namespace intloom::sim {

// Makes SIGINT and SIGTERM end a run at its next progress report, so that nothing half-written is left.
void catch_interrupts();
void throw_if_interrupted();  // Interrupted

class ProgressLine {
 public:
  ProgressLine(std::string label, bool quiet);
  ~ProgressLine();
  std::function<void(const Progress&)> observer();
  // The next part of a longer job: "machine 37 of 200".
  void next(std::string label);

 private:
  void show(const Progress& progress);
  bool due();  // patience and interval have passed
  void print(std::string line);

  std::string label_;
  bool visible_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point begin_, last_;
};

}  // namespace intloom::sim
