#include "rtl_models/fast/command_order.h"

#include <algorithm>
#include <array>
#include <functional>

#include "rtl_models/isa/access_strips.h"

namespace intloom::fast {

namespace {

constexpr std::size_t kSpaces = 5;

// Bytes that are looked at as one: log2 for each space. Coarse enough that a command has some dozens.
constexpr std::array<unsigned, kSpaces> kGranuleBits{10, 10, 6, 0, 12};

// Who has touched a granule: the last writer, and who has read it since.
struct Granule {
  std::uint32_t writer = CommandOrder::kNone;
  std::vector<std::uint32_t> readers;
};

class History {
 public:
  // Adds to `before` whom an access of the command at `position` has to wait for.
  void touch(const isa::Access& access, std::uint32_t position, std::vector<std::uint32_t>& before) {
    const auto space = static_cast<std::size_t>(access.space);
    std::vector<Granule>& granules = spaces_[space];
    const std::size_t first = access.begin >> kGranuleBits[space], last = (access.end - 1) >> kGranuleBits[space];
    if (granules.size() <= last) granules.resize(last + 1);
    for (std::size_t g = first; g <= last; ++g) touch(granules[g], access.write, position, before);
  }

 private:
  static void touch(Granule& granule, bool write, std::uint32_t position, std::vector<std::uint32_t>& before) {
    if (granule.writer != CommandOrder::kNone) before.push_back(granule.writer);
    if (!write) {
      if (granule.readers.empty() || granule.readers.back() != position) granule.readers.push_back(position);
      return;
    }
    before.insert(before.end(), granule.readers.begin(), granule.readers.end());
    granule.readers.clear();
    granule.writer = position;
  }

  std::array<std::vector<Granule>, kSpaces> spaces_;
};

}  // namespace

CommandOrder::CommandOrder(const isa::CommandStream& program, const std::vector<std::uint32_t>& start_order,
                           const isa::MachineDescription& machine)
    : follower_(start_order.size(), kNone) {
  History history;
  std::vector<std::uint32_t> before, last_exec(static_cast<std::size_t>(machine.accumulator.banks), kNone);
  begin_.push_back(0);
  for (std::uint32_t position = 0; position < start_order.size(); ++position) {
    const isa::Command& command = program[start_order[position]];
    before.clear();
    for (const isa::AccessStrip& strip : isa::access_strips(command, machine))
      for (std::uint32_t i = 0; i < strip.count; ++i) history.touch(strip.access(i), position, before);
    std::sort(before.begin(), before.end(), std::greater<>());
    before.erase(std::unique(before.begin(), before.end()), before.end());
    // A command that reads what it writes is no reason to wait for itself.
    before.erase(std::remove(before.begin(), before.end(), position), before.end());
    before_.insert(before_.end(), before.begin(), before.end());
    begin_.push_back(static_cast<std::uint32_t>(before_.size()));
    if (const std::int32_t bank = isa::accumulator_bank(command); bank >= 0) {
      std::uint32_t& exec = last_exec[static_cast<std::size_t>(bank)];
      if (exec != kNone) follower_[exec] = position;
      exec = command.unit == isa::Unit::exec ? position : kNone;
    }
  }
}

}  // namespace intloom::fast
