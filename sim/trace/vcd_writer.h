// Writes a waveform as a value change dump (VCD, IEEE 1364), the signals given through hw::WaveScope.
//
// Time scale 1 ps; cycle N is time N * clock_period_ps. Only what has changed is written. Rows of text (layer, command,
// tile) are vectors of ASCII characters, the first in the most significant byte, unused ones zero: a viewer shows them
// as words with data format ASCII, which the save file (gtkw_file.h) selects.
//
//   VcdWriter writer({path, 1000});
//   machine.describe_waves([&](const std::string& path) -> hw::WaveScope& { return writer.scope(path); });
//   ... writer.sample(cycle) once a cycle ...
//   writer.close();
//
// The file appears under its name at close(). sample() throws nothing, so that it may be called inside of a SystemC
// process (which would lose the exception's type): after a failure it does nothing, and check() and close() throw.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rtl_models/block/wave.h"
#include "sim/trace/trace_file.h"

namespace intloom::sim {

struct VcdOptions {
  std::string path;
  std::int64_t clock_period_ps = 1000;
  std::int64_t first_cycle = 0, last_cycle = -1;  // the window, both inside; -1: to the end
  // Instance path prefix, with or without the top ("machine.core0.array", "core0.array"); empty: all. Rows of text are
  // kept in any case.
  std::string scope = {};
};

enum class WaveKind : std::uint8_t { bit, vector, text };

struct WaveSignal {
  std::string path;  // instance path of its scope
  std::string name;
  int width_bits = 1;
  WaveKind kind = WaveKind::bit;
};

class VcdWriter {
 public:
  explicit VcdWriter(VcdOptions options);  // opens the file: throws TraceError
  ~VcdWriter();                            // without close(): nothing is left
  VcdWriter(const VcdWriter&) = delete;
  VcdWriter& operator=(const VcdWriter&) = delete;

  // Where a block at this instance path (names of [A-Za-z0-9_]+, joined by dots) adds its signals; valid as long as the
  // writer. Signals outside of options.scope are not kept. All before the first sample. A name that does not match or
  // that comes twice in its scope: std::invalid_argument.
  hw::WaveScope& scope(const std::string& path);
  // A row of text of at most `characters` characters, read at each sample; what is longer is cut.
  void add_text(const std::string& path, const std::string& name, int characters,
                std::function<std::string_view()> text);

  // The signals kept, in the order in which they were named.
  const std::vector<WaveSignal>& signals() const { return signals_; }

  // Bytes a cycle takes when every signal changes to a value of full width.
  std::uint64_t max_bytes_per_cycle() const;
  // Bytes a cycle takes on average, before the run. approximation: a running network changes about 1/kTypicalActivity
  // of what could change (MobileNetV2 on edge_16x16: 754 of 5188 bytes).
  std::uint64_t estimated_bytes_per_cycle() const;
  static constexpr std::uint64_t kTypicalActivity = 7;

  // Reads every signal. Cycles come in rising order; those outside of the window cost nothing.
  void sample(std::int64_t cycle) noexcept;
  void check() const;  // throws the TraceError of a sample that failed
  bool failed() const { return failure_.has_value(); }
  bool empty() const { return last_sampled_ < 0; }  // no cycle inside of the window has been sampled

  void close();  // completes the file; throws TraceError

  std::uint64_t bytes_written() const { return file_.bytes_written() + used_; }

 private:
  class Scope;
  struct Reader {
    hw::WaveScope::Sample sample;
    std::size_t offset = 0;  // of its first word in current_ and written_
    std::size_t words = 0;
    int width_bits = 1;
    std::string identifier;
  };

  bool wanted(const std::string& path) const;
  void add(const std::string& path, const std::string& name, int width_bits, WaveKind kind,
           hw::WaveScope::Sample sample);
  void write_header();
  void write_scopes(std::string& header) const;
  void write_changes(std::int64_t cycle, bool all);
  char* room(std::size_t bytes);  // of the buffer, after flushing if need be
  void write_time(std::int64_t cycle);
  void flush();

  VcdOptions options_;
  TraceFile file_;
  std::map<std::string, std::unique_ptr<Scope>> scopes_;
  std::vector<WaveSignal> signals_;
  std::vector<Reader> readers_;
  std::vector<std::uint64_t> current_, written_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  bool started_ = false, closed_ = false;
  std::int64_t last_sampled_ = -1;
  std::optional<TraceError> failure_;
};

}  // namespace intloom::sim
