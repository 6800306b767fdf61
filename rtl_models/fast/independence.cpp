#include "rtl_models/fast/independence.h"

#include <algorithm>
#include <array>

#include "rtl_models/isa/access_strips.h"
#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/isa/vector_operation.h"
#include "rtl_models/kernels/transfer_kernel.h"

namespace intloom::fast {

namespace {

using Marks = std::vector<std::uint8_t>;  // by byte, or by accumulator row: 1 where it is of this inference

// The machine's memories as marks, and what each command does to them.
class Origins {
 public:
  Origins(const isa::MachineDescription& machine, std::uint64_t constants_end)
      : machine_(machine),
        rows_(static_cast<std::uint32_t>(machine.array.rows)),
        constants_end_(constants_end),
        sums_(static_cast<std::size_t>(machine.accumulator.banks) *
              static_cast<std::size_t>(machine.accumulator.rows_per_bank)) {
    for (std::size_t b = 0; b < buffers_.size(); ++b)
      buffers_[b].resize(isa::capacity_bytes(machine, static_cast<isa::Buffer>(b)));
  }

  void write_memory(const AddressRange& range) {
    if (range.begin < constants_end_) safe_ = false;
    if (safe_) mark(memory_, at(range.begin), range.end - range.begin);
  }
  void read_memory(const AddressRange& range) {
    if (range.begin < constants_end_ && range.end > constants_end_) safe_ = false;
    if (safe_ && range.begin >= constants_end_) need(memory_, at(range.begin), range.end - range.begin);
  }

  void run(const isa::Command& command) {
    if (const auto* transfer = std::get_if<isa::Transfer>(&command.body))
      command.unit == isa::Unit::load ? load(command, *transfer) : store(command, *transfer);
    if (const auto* exec = std::get_if<isa::Exec>(&command.body)) run(command, *exec);
    if (const auto* requant = std::get_if<isa::Requant>(&command.body)) run(command, *requant);
    if (const auto* vector = std::get_if<isa::Vector>(&command.body)) run(command, *vector);
  }

  // Nothing has been read so far that is not of this inference.
  bool safe() const { return safe_; }

 private:
  std::size_t at(std::uint64_t address) const { return static_cast<std::size_t>(address - constants_end_); }
  Marks& buffer(isa::Buffer buffer) { return buffers_[static_cast<std::size_t>(buffer)]; }

  static void mark(Marks& marks, std::size_t first, std::uint64_t count) {
    if (marks.size() < first + count) marks.resize(static_cast<std::size_t>(first + count));
    std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(first), count, std::uint8_t{1});
  }

  void need(const Marks& marks, std::size_t first, std::uint64_t count) {
    const auto begin = marks.begin() + static_cast<std::ptrdiff_t>(std::min(first, marks.size()));
    if (marks.size() < first + count ||
        std::find(begin, begin + static_cast<std::ptrdiff_t>(count), 0) != begin + static_cast<std::ptrdiff_t>(count))
      safe_ = false;
  }

  // From the first byte of memory that the transfer touches to behind the last one; the map is as long.
  AddressRange memory_of(const isa::Command& command) {
    AddressRange range{UINT64_MAX, 0};
    for (const isa::Access& access : isa::accesses(command, machine_)) {
      if (access.space != isa::Space::memory) continue;
      range.begin = std::min(range.begin, access.begin);
      range.end = std::max(range.end, access.end);
    }
    if (range.end > constants_end_ && memory_.size() < at(range.end)) memory_.resize(at(range.end));
    return range;
  }

  void load(const isa::Command& command, isa::Transfer transfer) {
    const AddressRange range = memory_of(command);
    Marks& target = buffer(transfer.buffer);
    if (range.end <= constants_end_) {  // all bytes are like one that is marked
      constexpr std::uint8_t kMarked = 1;
      transfer.memory_address = 0;
      transfer.memory_strides = {0, 0, 0};
      kernels::run_load(transfer, &kMarked, target.data());
    } else if (range.begin < constants_end_) {
      safe_ = false;
    } else {
      transfer.memory_address -= constants_end_;
      kernels::run_load(transfer, memory_.data(), target.data());
    }
  }

  void store(const isa::Command& command, isa::Transfer transfer) {
    if (memory_of(command).begin < constants_end_) {
      safe_ = false;
      return;
    }
    transfer.memory_address -= constants_end_;
    kernels::run_store(transfer, memory_.data(), buffer(transfer.buffer).data());
  }

  // Calls use(first, count) for the bytes of channels [lane, lane + channels) of each pixel of a map.
  template <class Use>
  void for_each_word(const isa::MapRegion& map, std::uint32_t lane, std::uint32_t channels, const Use& use) const {
    for (std::uint32_t channel = lane; channel < lane + channels;) {
      const std::uint32_t block = channel / rows_, count = std::min(lane + channels, (block + 1) * rows_) - channel;
      for (std::uint32_t y = 0; y < map.height; ++y)
        for (std::uint32_t x = 0; x < map.width; ++x)
          use(std::size_t{map.address} + std::size_t{block} * map.block_pitch + std::size_t{y} * map.row_pitch +
                  std::size_t{x} * map.pixel_pitch + channel % rows_,
              count);
      channel += count;
    }
  }

  void read_map(const isa::MapRegion& map, std::uint32_t lane, std::uint32_t channels) {
    const Marks& marks = buffer(isa::Buffer::activations);
    for_each_word(map, lane, channels, [&](std::size_t first, std::uint32_t count) { need(marks, first, count); });
  }

  void write_map(const isa::MapRegion& map, std::uint32_t lane, std::uint32_t channels) {
    Marks& marks = buffer(isa::Buffer::activations);
    for_each_word(map, lane, channels, [&](std::size_t first, std::uint32_t count) { mark(marks, first, count); });
  }

  // Weights, parameters.
  void read_ranges(const isa::Command& command, isa::Space space, isa::Buffer where) {
    for (const isa::AccessStrip& strip : isa::access_strips(command, machine_))
      if (strip.space == space) need(buffer(where), static_cast<std::size_t>(strip.begin), strip.length);
  }

  std::size_t row_of(std::uint32_t bank, std::uint32_t row) const {
    return bank * static_cast<std::size_t>(machine_.accumulator.rows_per_bank) + row;
  }

  void run(const isa::Command& command, const isa::Exec& exec) {
    read_map(exec.x, 0, exec.channels);
    read_ranges(command, isa::Space::weights, isa::Buffer::weights);
    const auto group = static_cast<std::uint32_t>(isa::group_channels(exec, machine_));
    const std::uint64_t sums =
        std::uint64_t{isa::ceil_div(exec.output_channels, group)} * exec.out_height * exec.out_width;
    if (exec.accumulate) need(sums_, row_of(exec.acc_bank, exec.acc_row), sums);
    mark(sums_, row_of(exec.acc_bank, exec.acc_row), sums);
  }

  void run(const isa::Command& command, const isa::Requant& requant) {
    const std::uint64_t sums =
        std::uint64_t{isa::ceil_div(requant.channels, requant.group_channels)} * requant.out.height * requant.out.width;
    need(sums_, row_of(requant.acc_bank, requant.acc_row), sums);
    read_ranges(command, isa::Space::parameters, isa::Buffer::parameters);
    write_map(requant.out, 0, requant.channels);
  }

  void run(const isa::Command& command, const isa::Vector& vector) {
    read_map(vector.a, vector.in_lane, vector.channels);
    if (isa::has_second_operand(vector.op)) read_map(vector.b, 0, vector.channels);
    read_ranges(command, isa::Space::parameters, isa::Buffer::parameters);
    write_map(vector.out, vector.out_lane, vector.channels);
  }

  const isa::MachineDescription& machine_;
  std::uint32_t rows_;
  std::uint64_t constants_end_;
  std::array<Marks, 3> buffers_;  // by isa::Buffer
  Marks memory_;                  // from constants_end_ on
  Marks sums_;                    // by bank and row
  bool safe_ = true;
};

}  // namespace

bool inferences_are_independent(const isa::CommandStream& program, const std::vector<std::uint32_t>& order,
                                const isa::MachineDescription& machine, std::uint64_t constants_end,
                                const std::vector<AddressRange>& inputs, const std::vector<AddressRange>& outputs) {
  Origins origins(machine, constants_end);
  for (const AddressRange& range : inputs) origins.write_memory(range);
  for (const std::uint32_t command : order) {
    origins.run(program[command]);
    if (!origins.safe()) return false;
  }
  for (const AddressRange& range : outputs) origins.read_memory(range);
  return origins.safe();
}

}  // namespace intloom::fast
