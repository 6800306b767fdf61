// Records the waveform of a run's first inference: every bus between blocks, the blocks' own registers, and rows of
// text that say which layer, command and tile each unit works on.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rtl_models/machine/machine.h"
#include "runtime/compile/program.h"
#include "sim/session/session.h"

namespace intloom::sim {

class WaveRecording {
 public:
  // Opens the file and names the signals; nothing where `options.path` is empty.
  WaveRecording(hw::Machine& machine, const compile::Program& program, const TraceOptions& options);
  ~WaveRecording();

  // Says how large the waveform will be.
  void announce(const std::function<void(const std::string&)>& note) const;
  // After the first inference: completes the waveform and its .gtkw save file, and lists them in the result.
  void finish(RunResult& result);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace intloom::sim
