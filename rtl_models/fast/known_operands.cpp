#include "rtl_models/fast/known_operands.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "rtl_models/isa/access_strips.h"
#include "rtl_models/isa/buffer_layout.h"

namespace intloom::fast {

namespace {

constexpr std::uint32_t kNobody = 0xFFFFFFFF;
constexpr std::uint64_t kUnit = 4;  // bytes of weights and parameters that are followed as one

// Which LOAD of constants wrote what is in the weight and the parameter buffer.
class ConstantBytes {
 public:
  ConstantBytes(const isa::MachineDescription& machine, std::uint64_t constants_end, KnownOperands& known)
      : machine_(machine), constants_end_(constants_end), known_(known), needed_(known.constant.size(), 0) {
    for (const isa::Buffer buffer : {isa::Buffer::weights, isa::Buffer::parameters})
      writers_[static_cast<std::size_t>(buffer)].assign(isa::capacity_bytes(machine, buffer) / kUnit + 1, kNobody);
  }

  // False where nothing can be said: constants are written, or bytes are read that this inference has not written.
  bool follow(const isa::Command& command, std::uint32_t number) {
    const isa::AccessStrips strips = isa::access_strips(command, machine_);
    if (command.unit == isa::Unit::store) return !writes_constants(strips);
    if (command.unit == isa::Unit::load) return load(std::get<isa::Transfer>(command.body), strips, number);
    bool constant = true;
    for (const isa::AccessStrip& strip : strips)
      if (is_followed(strip.space) && !read(strip, constant)) return false;
    if (command.unit == isa::Unit::vector || !constant)
      need(strips);
    else
      known_.constant[number] = 1;
    return true;
  }

  void finish(const isa::CommandStream& program, const std::vector<std::uint32_t>& order) {
    for (const std::uint32_t number : order) {
      const auto* transfer = std::get_if<isa::Transfer>(&program[number].body);
      if (transfer != nullptr && transfer->buffer != isa::Buffer::activations && needed_[number] == 0)
        known_.for_constant_only[number] = 1;
    }
  }

 private:
  static bool is_followed(isa::Space space) { return space == isa::Space::weights || space == isa::Space::parameters; }
  std::vector<std::uint32_t>& writers(isa::Space space) { return writers_[static_cast<std::size_t>(space)]; }

  bool writes_constants(const isa::AccessStrips& strips) const {
    for (const isa::AccessStrip& strip : strips)
      for (std::uint32_t i = 0; strip.space == isa::Space::memory && i < strip.count; ++i)
        if (strip.access(i).begin < constants_end_) return true;
    return false;
  }

  // What is not a plain copy of whole units of constants to one range is left out: who reads there finds nobody.
  bool load(const isa::Transfer& transfer, const isa::AccessStrips& strips, std::uint32_t number) {
    std::uint64_t bytes = 1;
    for (const std::uint32_t extent : transfer.extents) bytes *= extent;
    bool plain = true;
    for (const isa::AccessStrip& strip : strips) {
      if (strip.space == isa::Space::memory) {
        for (std::uint32_t i = 0; i < strip.count; ++i) plain = plain && strip.access(i).end <= constants_end_;
      } else if (is_followed(strip.space)) {
        plain = plain && strip.count == 1 && strip.length == bytes && strip.begin % kUnit == 0 && bytes % kUnit == 0;
      }
    }
    for (const isa::AccessStrip& strip : strips) {
      for (std::uint32_t i = 0; is_followed(strip.space) && i < strip.count; ++i) {
        const isa::Access access = strip.access(i);
        std::vector<std::uint32_t>& list = writers(strip.space);
        std::fill(list.begin() + static_cast<std::ptrdiff_t>(access.begin / kUnit),
                  list.begin() + static_cast<std::ptrdiff_t>((access.end + kUnit - 1) / kUnit),
                  plain ? number : kNobody);
      }
    }
    return plain || transfer.buffer == isa::Buffer::activations;
  }

  bool read(const isa::AccessStrip& strip, bool& constant) {
    const auto& list = writers(strip.space);
    for (std::uint64_t unit = strip.begin / kUnit; unit * kUnit < strip.begin + strip.length; ++unit)
      if (list[unit] == kNobody) return constant = false;
    return true;
  }

  void need(const isa::AccessStrips& strips) {
    for (const isa::AccessStrip& strip : strips)
      for (std::uint64_t unit = strip.begin / kUnit;
           is_followed(strip.space) && unit * kUnit < strip.begin + strip.length; ++unit)
        needed_[writers(strip.space)[unit]] = 1;
  }

  const isa::MachineDescription& machine_;
  std::uint64_t constants_end_;
  KnownOperands& known_;
  std::vector<std::uint8_t> needed_;                   // by LOAD
  std::array<std::vector<std::uint32_t>, 3> writers_;  // by buffer
};

// Who reads activations that are the same as those of the EXEC before.
class ActivationGroups {
 public:
  explicit ActivationGroups(const isa::MachineDescription& machine)
      : machine_(machine), written_(isa::capacity_bytes(machine, isa::Buffer::activations) / kGranule + 1, 0) {}

  // `time`: grows from command to command.
  void follow(const isa::Command& command, std::uint32_t time, std::uint32_t& group) {
    const auto* exec = std::get_if<isa::Exec>(&command.body);
    const bool dense = exec != nullptr && !exec->depthwise;
    std::uint32_t last_write = 0;
    for (const isa::AccessStrip& strip : isa::access_strips(command, machine_)) {
      if (strip.space != isa::Space::activations || !(strip.write || dense)) continue;
      for (std::uint32_t i = 0; i < strip.count; ++i) {
        const isa::Access access = strip.access(i);
        for (std::uint64_t g = access.begin / kGranule; g * kGranule < access.end; ++g)
          strip.write ? written_[g] = time : last_write = std::max(last_write, written_[g]);
      }
    }
    if (!dense) return;
    if (last_ == nullptr || !same_reads(*last_, *exec) || last_write > since_) {
      ++groups_;
      since_ = time;
    }
    last_ = exec;
    group = groups_;
  }

 private:
  static constexpr std::uint64_t kGranule = 256;

  static bool same_reads(const isa::Exec& a, const isa::Exec& b) {
    const auto map = [](const isa::MapRegion& m) {
      return std::tie(m.address, m.pixel_pitch, m.row_pitch, m.block_pitch, m.height, m.width, m.is_signed);
    };
    const auto window = [](const isa::Window& w) {
      return std::tie(w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top,
                      w.pad_left);
    };
    const auto others = [](const isa::Exec& e) {
      return std::tie(e.out_height, e.out_width, e.channels, e.zx, e.pad_value);
    };
    return map(a.x) == map(b.x) && window(a.window) == window(b.window) && others(a) == others(b);
  }

  const isa::MachineDescription& machine_;
  std::vector<std::uint32_t> written_;  // when, by granule
  const isa::Exec* last_ = nullptr;
  std::uint32_t groups_ = 0, since_ = 0;
};

}  // namespace

KnownOperands known_operands(const isa::CommandStream& program, const std::vector<std::uint32_t>& order,
                             const isa::MachineDescription& machine, std::uint64_t constants_end) {
  const std::vector<std::uint8_t> none(program.size(), 0);
  KnownOperands known{none, none, std::vector<std::uint32_t>(program.size(), 0)};
  ActivationGroups groups(machine);
  std::uint32_t time = 0;
  for (const std::uint32_t number : order) groups.follow(program[number], ++time, known.activations[number]);
  ConstantBytes constants(machine, constants_end, known);
  for (const std::uint32_t number : order) {
    if (constants.follow(program[number], number)) continue;
    known.constant = none;
    return known;
  }
  constants.finish(program, order);
  return known;
}

}  // namespace intloom::fast
