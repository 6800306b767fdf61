#include "rtl_models/accumulator/accumulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "rtl_models/accumulator/sum_width.h"

namespace intloom::hw {

namespace {

std::uint32_t row_of(std::uint64_t tag) { return static_cast<std::uint32_t>(tag & 0xFFFFFFU); }
std::uint32_t bank_of(std::uint64_t tag) { return static_cast<std::uint32_t>(tag >> 24 & 0xFFU); }
bool adds(std::uint64_t tag) { return (tag >> 32 & 1U) != 0; }
bool is_last(std::uint64_t tag) { return (tag >> 33 & 1U) != 0; }

}  // namespace

Accumulator::Accumulator(const sc_core::sc_module_name& name, MachineContext& context,
                         const isa::MachineDescription& machine)
    : Block(name, context),
      cols_(machine.array.cols),
      banks_(static_cast<std::uint32_t>(machine.accumulator.banks)),
      rows_per_bank_(static_cast<std::uint32_t>(machine.accumulator.rows_per_bank)),
      width_bits_(machine.accumulator.width_bits),
      overflow_rule_(machine.accumulator.overflow),
      sums_(std::size_t{banks_} * rows_per_bank_ * static_cast<std::size_t>(cols_)),
      exact_(cols_),
      read_row_(cols_) {}

void Accumulator::end_of_elaboration() {
  wake_on(sum_valid_i.value_changed_event());
  wake_on(row_read_valid_i.value_changed_event());
  wake_on(rst_ni.value_changed_event());
}

void Accumulator::reset() {
  if (exec_done_q_) exec_done_o.write(false);
  exec_done_q_ = false;
  quiet_ = true;
}

void Accumulator::tick() {
  const bool write = sum_valid_i.read();
  const bool read = row_read_valid_i.read();
  const std::uint64_t tag = write ? sum_tag_i.read() : 0;
  if (write && read && bank_of(tag) == row_read_bank_i.read())
    raise_fault(fmt::format("bank {} is read and written at the same edge", bank_of(tag)));
  if (read) read_row();
  if (write) write_row(tag);
  const bool done = write && is_last(tag);
  if (done != exec_done_q_) {
    exec_done_q_ = done;
    exec_done_o.write(done);
  }
  quiet_ = !write && !read && !exec_done_q_;
}

void Accumulator::write_row(std::uint64_t tag) {
  const std::uint32_t bank = bank_of(tag), row = row_of(tag);
  if (!inside(bank, row))
    return raise_fault(
        fmt::format("write to row {} of bank {}: there are {} banks of {} rows", row, bank, banks_, rows_per_bank_));
  std::int64_t* stored = &sums_[offset(bank, row)];
  const std::int32_t* sums = sum_data_i.read().lane;
  if (adds(tag))
    ++counted_.rows_added;
  else
    ++counted_.rows_overwritten;
  const bool fits = adds(tag) ? add_wrapped(sums, cols_, width_bits_, stored, exact_.lane)
                              : overwrite_wrapped(sums, cols_, width_bits_, stored, exact_.lane);
  if (!fits) resolve_overflow(stored, bank, row);
}

void Accumulator::resolve_overflow(std::int64_t* stored, std::uint32_t bank, std::uint32_t row) {
  for (int c = 0; c < cols_; ++c) {
    const std::int64_t exact = exact_[c];
    if (stored[c] == exact) continue;
    ++counted_.overflows;
    if (overflow_rule_ == isa::Overflow::saturate)
      stored[c] = exact < 0 ? smallest_sum(width_bits_) : largest_sum(width_bits_);
    if (overflow_rule_ == isa::Overflow::error)
      raise_fault(fmt::format("sum {} of bank {}, row {}, column {} does not fit into {} bits", exact, bank, row, c,
                              width_bits_));
  }
}

void Accumulator::read_row() {
  const std::uint32_t bank = row_read_bank_i.read(), row = row_read_row_i.read();
  if (!inside(bank, row))
    return raise_fault(
        fmt::format("read of row {} of bank {}: there are {} banks of {} rows", row, bank, banks_, rows_per_bank_));
  std::copy_n(&sums_[offset(bank, row)], cols_, read_row_.lane);
  row_read_data_o.write(read_row_);
  ++counted_.rows_read;
}

std::vector<std::int64_t> Accumulator::peek(std::uint32_t bank, std::uint32_t row) const {
  if (!inside(bank, row)) throw std::out_of_range(fmt::format("{}: row {} of bank {}", name(), row, bank));
  const auto first = sums_.begin() + static_cast<std::ptrdiff_t>(offset(bank, row));
  return {first, first + cols_};
}

void Accumulator::poke(std::uint32_t bank, std::uint32_t row, const std::vector<std::int64_t>& sums) {
  if (!inside(bank, row) || sums.size() != static_cast<std::size_t>(cols_))
    throw std::out_of_range(fmt::format("{}: {} sums to row {} of bank {}", name(), sums.size(), row, bank));
  std::copy(sums.begin(), sums.end(), sums_.begin() + static_cast<std::ptrdiff_t>(offset(bank, row)));
}

void Accumulator::describe_waves(WaveScope& scope) const {
  scope.add("overflows_q", 32, [this](std::uint64_t* words) { words[0] = WaveScope::mask(counted_.overflows, 32); });
}

}  // namespace intloom::hw
