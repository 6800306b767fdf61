#include "sim/session/wave_recording.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "rtl_models/isa/disassembly.h"
#include "sim/trace/gtkw_file.h"
#include "sim/trace/vcd_writer.h"

namespace intloom::sim {

namespace {

constexpr int kLayerCharacters = 32, kCommandCharacters = 16, kTileCharacters = 8;

// Text of a command that changes only when the command does.
class CommandText {
 public:
  template <class Make>
  std::string_view of(std::int64_t command, Make&& make) {
    if (command != command_) {
      command_ = command;
      text_ = command < 0 ? std::string() : make(static_cast<std::size_t>(command));
    }
    return text_;
  }

 private:
  std::int64_t command_ = -2;
  std::string text_;
};

std::string without_ending(const std::string& path) {
  const std::size_t dot = path.rfind('.'), slash = path.rfind('/');
  return dot == std::string::npos || (slash != std::string::npos && dot < slash) ? path : path.substr(0, dot);
}

}  // namespace

struct WaveRecording::Impl {
  Impl(hw::Machine& m, const compile::Program& p, const TraceOptions& o)
      : machine(m),
        program(p),
        options(o),
        writer({o.path, m.description().clock_period_ps, o.first_cycle, o.last_cycle, o.scope}) {}

  // The command that computes: of exec and vector the one taken last.
  std::int64_t computing_command() const {
    const hw::Sequencer& sequencer = machine.core().sequencer;
    const std::int64_t exec = sequencer.current_command(isa::Unit::exec),
                       vector = sequencer.current_command(isa::Unit::vector);
    if (exec < 0 || vector < 0) return std::max(exec, vector);
    const auto start = [&](std::int64_t c) { return sequencer.times()[static_cast<std::size_t>(c)].start_cycle; };
    return start(exec) >= start(vector) ? exec : vector;
  }

  bool layer_wanted() const {
    if (options.first_layer == 0 && options.last_layer < 0) return true;
    for (int u = 0; u < isa::kUnits; ++u) {
      const std::int64_t command = machine.core().sequencer.current_command(static_cast<isa::Unit>(u));
      if (command < 0) continue;
      const std::int64_t layer = program.commands[static_cast<std::size_t>(command)].layer;
      if (layer >= options.first_layer && (options.last_layer < 0 || layer <= options.last_layer)) return true;
    }
    return false;
  }

  void name_signals() {
    writer.add_text("machine", "layer", kLayerCharacters, [this] {
      return layer_text.of(computing_command(),
                           [this](std::size_t c) { return program.layers[program.commands[c].layer].name; });
    });
    writer.add_text("machine", "command", kCommandCharacters, [this] {
      return command_text.of(computing_command(), [this](std::size_t c) { return label(c); });
    });
    writer.add_text("machine", "tile", kTileCharacters, [this] {
      return tile_text.of(computing_command(),
                          [this](std::size_t c) { return fmt::format("{}", program.commands[c].tile); });
    });
    constexpr std::array<const char*, isa::kUnits> scopes{"load", "feeder", "requant", "vector", "store"};
    for (std::size_t u = 0; u < scopes.size(); ++u)
      writer.add_text(fmt::format("machine.core0.{}", scopes[u]), "command", kCommandCharacters, [this, u] {
        const hw::Sequencer& sequencer = machine.core().sequencer;
        const auto unit = static_cast<isa::Unit>(u);
        const std::int64_t command = sequencer.running(unit) ? sequencer.current_command(unit) : -1;
        return unit_text[u].of(command, [this](std::size_t c) { return label(c); });
      });
    std::set<std::string> paths;
    machine.describe_waves([&](const std::string& path) -> hw::WaveScope& {
      paths.insert(path);
      return writer.scope(path);
    });
    check_selection(paths);
  }

  void check_selection(const std::set<std::string>& paths) const {
    const auto layers = static_cast<std::int64_t>(program.layers.size());
    if (options.first_layer >= layers)
      throw WaveSelectionError(fmt::format("the waveform's layers begin at {}: the program has layers 0..{}",
                                           options.first_layer, layers - 1));
    if (options.scope.empty()) return;
    const auto holds = [this](const std::string& path) {
      const auto leads = [&](const std::string& from) { return (path + ".").rfind(from + ".", 0) == 0; };
      return leads(options.scope) || leads("machine." + options.scope);
    };
    if (std::none_of(paths.begin(), paths.end(), holds))
      throw WaveSelectionError(fmt::format("the machine has no scope '{}' to record; its scopes: {}", options.scope,
                                           fmt::join(paths, ", ")));
  }

  static bool is_behind(std::int64_t value, std::int64_t last) { return last >= 0 && value > last; }

  // Of the layers that the recording shows; the first where it begins.
  std::vector<SaveMarker> markers_of(const std::vector<LayerResult>& layers) const {
    std::vector<SaveMarker> markers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto layer = static_cast<std::int64_t>(i);
      if (layer < options.first_layer || is_behind(layer, options.last_layer)) continue;
      if (layers[i].end_cycle < options.first_cycle || is_behind(layers[i].start_cycle, options.last_cycle)) continue;
      markers.push_back({layers[i].name, std::max(layers[i].start_cycle, options.first_cycle)});
    }
    return markers;
  }

  std::string label(std::size_t command) const {
    return fmt::format("{} {}", isa::mnemonic(program.commands[command]), command);
  }

  hw::Machine& machine;
  const compile::Program& program;
  TraceOptions options;
  VcdWriter writer;
  bool recording = true;
  CommandText layer_text, command_text, tile_text;
  std::array<CommandText, isa::kUnits> unit_text;
};

WaveRecording::WaveRecording(hw::Machine& machine, const compile::Program& program, const TraceOptions& options) {
  if (options.path.empty()) return;
  impl_ = std::make_unique<Impl>(machine, program, options);
  impl_->name_signals();
  machine.on_every_cycle([impl = impl_.get()](std::int64_t cycle) {
    if (impl->recording && impl->layer_wanted()) impl->writer.sample(cycle);
  });
}

WaveRecording::~WaveRecording() = default;

void WaveRecording::announce(const std::function<void(const std::string&)>& note) const {
  if (!impl_) return;
  const auto bytes = static_cast<double>(impl_->writer.estimated_bytes_per_cycle());
  note(
      fmt::format("the waveform {} takes about {:.1f} MB per 100,000 cycles; --trace-layers, --trace-cycles and "
                  "--trace-scope narrow it",
                  impl_->options.path, bytes * 0.1));
}

void WaveRecording::finish(RunResult& result) {
  if (!impl_) return;
  impl_->recording = false;
  impl_->writer.check();
  if (impl_->writer.empty())
    throw WaveSelectionError(fmt::format(
        "no cycle to record: the run has cycles 0..{}, and none of them lies in the cycles and layers asked for",
        result.cycles));
  impl_->writer.close();
  const std::vector<SaveMarker> markers = impl_->markers_of(result.layers);
  const std::string save = without_ending(impl_->options.path) + ".gtkw";
  write_gtkw(save, impl_->options.path, impl_->machine.description().clock_period_ps,
             groups_by_path(impl_->writer.signals()), markers);
  result.written_files.push_back(impl_->options.path);
  result.written_files.push_back(save);
}

}  // namespace intloom::sim
