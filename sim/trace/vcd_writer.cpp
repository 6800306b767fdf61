#include "sim/trace/vcd_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/trace/vcd_format.h"

namespace intloom::sim {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

bool is_name(std::string_view name) {
  const auto legal = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), legal);
}

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t dot = std::min(path.find('.', start), path.size());
    names.push_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  return names;
}

bool starts_with_path(std::string_view path, std::string_view prefix) {
  return path.substr(0, prefix.size()) == prefix && (path.size() == prefix.size() || path[prefix.size()] == '.');
}

std::size_t bytes_of_change(int width_bits, std::size_t identifier_length) {
  const std::size_t digits = static_cast<std::size_t>(width_bits);
  return (width_bits == 1 ? 1 : 1 + digits + 1) + identifier_length + 1;
}

constexpr std::size_t kTimeBytes = 1 + 20 + 1;

bool differ(const std::uint64_t* a, const std::uint64_t* b, std::size_t words) {
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < words; ++i) difference |= a[i] ^ b[i];
  return difference != 0;
}

// A text as bits; most samples find the text of the one before.
class TextSample {
 public:
  TextSample(int characters, std::function<std::string_view()> text)
      : characters_(characters), text_(std::move(text)), bits_((static_cast<std::size_t>(characters) + 7) / 8) {}

  void operator()(std::uint64_t* words) {
    const std::string_view text = text_().substr(0, static_cast<std::size_t>(characters_));
    if (text != last_) {
      last_ = text;
      encode();
    }
    std::copy(bits_.begin(), bits_.end(), words);
  }

 private:
  void encode() {
    std::fill(bits_.begin(), bits_.end(), 0);
    int position = 8 * characters_;
    for (const char c : last_) {
      const bool printable = c >= ' ' && c <= '~';
      hw::WaveScope::put_bits(bits_.data(), position -= 8, 8, static_cast<unsigned char>(printable ? c : '_'));
    }
  }

  int characters_;
  std::function<std::string_view()> text_;
  std::string last_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace

class VcdWriter::Scope : public hw::WaveScope {
 public:
  Scope(VcdWriter& writer, std::string path) : writer_(writer), path_(std::move(path)), wanted_(writer.wanted(path_)) {}
  void add(const std::string& name, int width_bits, Sample sample) override {
    if (wanted_)
      writer_.add(path_, name, width_bits, width_bits == 1 ? WaveKind::bit : WaveKind::vector, std::move(sample));
  }

 private:
  VcdWriter& writer_;
  std::string path_;
  bool wanted_;
};

VcdWriter::VcdWriter(VcdOptions options) : options_(std::move(options)), file_(options_.path), buffer_(kBufferBytes) {}

VcdWriter::~VcdWriter() = default;

bool VcdWriter::wanted(const std::string& path) const {
  if (options_.scope.empty() || starts_with_path(path, options_.scope)) return true;
  const std::size_t dot = path.find('.');
  return dot != std::string::npos && starts_with_path(std::string_view(path).substr(dot + 1), options_.scope);
}

hw::WaveScope& VcdWriter::scope(const std::string& path) {
  std::unique_ptr<Scope>& scope = scopes_[path];
  if (!scope) scope = std::make_unique<Scope>(*this, path);
  return *scope;
}

void VcdWriter::add_text(const std::string& path, const std::string& name, int characters,
                         std::function<std::string_view()> text) {
  add(path, name, 8 * characters, WaveKind::text, TextSample(characters, std::move(text)));
}

void VcdWriter::add(const std::string& path, const std::string& name, int width_bits, WaveKind kind,
                    hw::WaveScope::Sample sample) {
  if (started_) throw std::invalid_argument(fmt::format("wave signal {}.{} added after the first sample", path, name));
  for (const std::string& component : components(path + "." + name))
    if (!is_name(component))
      throw std::invalid_argument(
          fmt::format("name \"{}\" of wave signal {}.{} does not match [A-Za-z0-9_]+", component, path, name));
  if (width_bits < 1) throw std::invalid_argument(fmt::format("wave signal {}.{} has {} bits", path, name, width_bits));
  for (const WaveSignal& other : signals_)
    if (other.name == name && other.path == path)
      throw std::invalid_argument(fmt::format("wave signal {}.{} is named twice", path, name));

  Reader reader;
  reader.sample = std::move(sample);
  reader.offset = current_.size();
  reader.words = (static_cast<std::size_t>(width_bits) + 63) / 64;
  reader.width_bits = width_bits;
  reader.identifier = vcd_identifier(signals_.size());
  current_.resize(current_.size() + reader.words);
  signals_.push_back({path, name, width_bits, kind});
  readers_.push_back(std::move(reader));
}

std::uint64_t VcdWriter::max_bytes_per_cycle() const {
  std::uint64_t bytes = kTimeBytes;
  for (const Reader& reader : readers_) bytes += bytes_of_change(reader.width_bits, reader.identifier.size());
  return bytes;
}

std::uint64_t VcdWriter::estimated_bytes_per_cycle() const { return max_bytes_per_cycle() / kTypicalActivity; }

void VcdWriter::write_scopes(std::string& header) const {
  // Scopes in order of their paths, so that each is opened once.
  std::map<std::vector<std::string>, std::vector<std::size_t>> by_path;
  for (std::size_t i = 0; i < signals_.size(); ++i) by_path[components(signals_[i].path)].push_back(i);
  std::vector<std::string> open;
  const auto close_to = [&](std::size_t depth) {
    for (; open.size() > depth; open.pop_back()) header += "$upscope $end\n";
  };
  for (const auto& [path, signals] : by_path) {
    const auto other = std::mismatch(open.begin(), open.end(), path.begin(), path.end()).first;
    close_to(static_cast<std::size_t>(other - open.begin()));
    while (open.size() < path.size()) {
      open.push_back(path[open.size()]);
      header += fmt::format("$scope module {} $end\n", open.back());
    }
    for (const std::size_t i : signals) {
      const WaveSignal& signal = signals_[i];
      const std::string range = signal.width_bits == 1 ? "" : fmt::format(" [{}:0]", signal.width_bits - 1);
      header += fmt::format("$var {} {} {} {}{} $end\n", signal.kind == WaveKind::text ? "reg" : "wire",
                            signal.width_bits, readers_[i].identifier, signal.name, range);
    }
  }
  close_to(0);
}

void VcdWriter::write_header() {
  std::string header = "$version Intloom $end\n$timescale 1ps $end\n";
  header += fmt::format("$comment clock_period_ps {} $end\n", options_.clock_period_ps);
  write_scopes(header);
  header += "$enddefinitions $end\n";
  file_.write(header.data(), header.size());
  written_ = current_;
  started_ = true;
}

void VcdWriter::flush() {
  const std::size_t bytes = std::exchange(used_, 0);
  file_.write(buffer_.data(), bytes);
}

char* VcdWriter::room(std::size_t bytes) {
  if (buffer_.size() - used_ < bytes) {
    flush();
    if (buffer_.size() < bytes) buffer_.resize(bytes);
  }
  return buffer_.data() + used_;
}

void VcdWriter::write_time(std::int64_t cycle) {
  char* const begin = room(kTimeBytes);
  *begin = '#';
  char* end = format_decimal(static_cast<std::uint64_t>(cycle * options_.clock_period_ps), begin + 1);
  *end++ = '\n';
  used_ += static_cast<std::size_t>(end - begin);
}

void VcdWriter::write_changes(std::int64_t cycle, bool all) {
  bool stamped = false;
  for (const Reader& reader : readers_) {
    const std::uint64_t* value = current_.data() + reader.offset;
    if (!all && !differ(value, written_.data() + reader.offset, reader.words)) continue;
    if (!stamped) {
      write_time(cycle);
      stamped = true;
      if (all) used_ += static_cast<std::size_t>(fmt::format_to(room(16), "$dumpvars\n") - (buffer_.data() + used_));
    }
    char* const begin = room(bytes_of_change(reader.width_bits, reader.identifier.size()) + 8);
    char* end = begin;
    if (reader.width_bits == 1) {
      *end++ = static_cast<char>('0' + (value[0] & 1));
    } else {
      *end++ = 'b';
      end = format_bits(value, reader.width_bits, end);
      *end++ = ' ';
    }
    end = std::copy(reader.identifier.begin(), reader.identifier.end(), end);
    *end++ = '\n';
    used_ += static_cast<std::size_t>(end - begin);
  }
  if (all && stamped) used_ += static_cast<std::size_t>(fmt::format_to(room(8), "$end\n") - (buffer_.data() + used_));
}

void VcdWriter::sample(std::int64_t cycle) noexcept {
  if (cycle < options_.first_cycle || (options_.last_cycle >= 0 && cycle > options_.last_cycle) || failure_) return;
  try {
    const bool first = !started_;
    if (first) write_header();
    std::fill(current_.begin(), current_.end(), 0);
    for (const Reader& reader : readers_) reader.sample(current_.data() + reader.offset);
    write_changes(cycle, first);
    written_.swap(current_);
    last_sampled_ = cycle;
  } catch (const TraceError& error) {
    failure_ = error;
  } catch (const std::exception& error) {
    failure_ = TraceError(fmt::format("cannot write {}: {}", file_.path(), error.what()));
  }
}

void VcdWriter::check() const {
  if (failure_) throw *failure_;
}

void VcdWriter::close() {
  check();
  if (closed_) return;
  closed_ = true;
  if (!started_) write_header();
  if (last_sampled_ >= 0) write_time(last_sampled_ + 1);  // the last values hold for a cycle
  flush();
  file_.commit();
}

}  // namespace intloom::sim
