#include "rtl_models/scratchpad/scratchpad.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace intloom::hw {

Scratchpad::Scratchpad(const sc_core::sc_module_name& name, MachineContext& context, std::uint32_t word_bytes,
                       std::uint32_t bank_bytes, int banks, int read_latency_cycles, int read_ports, int write_ports)
    : Block(name, context),
      read_valid_i("read_valid_i", static_cast<std::size_t>(read_ports)),
      read_address_i("read_address_i", static_cast<std::size_t>(read_ports)),
      read_data_o("read_data_o", static_cast<std::size_t>(read_ports)),
      write_valid_i("write_valid_i", static_cast<std::size_t>(write_ports)),
      write_address_i("write_address_i", static_cast<std::size_t>(write_ports)),
      write_data_i("write_data_i", static_cast<std::size_t>(write_ports)),
      word_bytes_(word_bytes),
      bank_bytes_(bank_bytes),
      bytes_(std::size_t{bank_bytes} * static_cast<std::size_t>(banks)),
      counted_{std::vector<BufferCounters::Bank>(static_cast<std::size_t>(banks))},
      read_ports_(static_cast<std::size_t>(read_ports)),
      write_ports_(static_cast<std::size_t>(write_ports)) {
  if (word_bytes == 0 || word_bytes > isa::kMaxLanes || bank_bytes < word_bytes || bank_bytes % word_bytes != 0 ||
      banks < 1 || read_latency_cycles < 1)
    throw std::invalid_argument(fmt::format("{}: {} banks of {} bytes, words of {} bytes, read latency {}",
                                            this->name(), banks, bank_bytes, word_bytes, read_latency_cycles));
  for (ReadPort& port : read_ports_) port.stages.resize(static_cast<std::size_t>(read_latency_cycles));
}

void Scratchpad::end_of_elaboration() {
  for (auto& port : read_valid_i) wake_on(port.value_changed_event());
  for (auto& port : write_valid_i) wake_on(port.value_changed_event());
  wake_on(rst_ni.value_changed_event());
}

void Scratchpad::reset() {
  for (ReadPort& port : read_ports_) {
    for (Stage& stage : port.stages) stage.valid = false;
    port.in_flight = 0;
    port.sampled = false;
  }
  quiet_ = true;
}

void Scratchpad::tick() {
  bool accessed = false;
  for (std::size_t i = 0; i < read_ports_.size(); ++i) {
    ReadPort& port = read_ports_[i];
    port.sampled = read_valid_i[i].read() && sample_read(port, read_address_i[i].read());
    accessed |= port.sampled;
    if (port.sampled || port.in_flight > 0) deliver(port, i);
    accessed |= port.in_flight > 0;
  }
  for (std::size_t i = 0; i < write_ports_.size(); ++i) {
    if (!write_valid_i[i].read()) continue;
    accessed = true;
    store(write_ports_[i], write_address_i[i].read(), write_data_i[i].read());
  }
  quiet_ = !accessed;
}

void Scratchpad::count(BankCursor& cursor, std::uint32_t address, std::uint64_t BufferCounters::Bank::*counter) {
  if (address - cursor.begin >= bank_bytes_) {  // ports stay in a bank for long: divide only when it changes
    cursor.bank = address / bank_bytes_;
    cursor.begin = static_cast<std::uint32_t>(cursor.bank) * bank_bytes_;
  }
  ++(counted_.banks[cursor.bank].*counter);
}

bool Scratchpad::sample_read(ReadPort& port, std::uint32_t address) {
  if (address % word_bytes_ != 0 || address >= bytes_.size()) {
    raise_fault(fmt::format("read at {}: no word of {} bytes below {}", address, word_bytes_, bytes_.size()));
    return false;
  }
  port.address = address;
  count(port.cursor, address, &BufferCounters::Bank::reads);
  Stage& stage = port.stages[port.newest];
  stage.valid = true;
  stage.word.size = static_cast<int>(word_bytes_);
  std::memcpy(stage.word.lane, &bytes_[address], word_bytes_);
  ++port.in_flight;
  return true;
}

void Scratchpad::deliver(ReadPort& port, std::size_t index) {
  if (!port.sampled) port.stages[port.newest].valid = false;
  port.newest = port.newest + 1 == port.stages.size() ? 0 : port.newest + 1;
  const Stage& oldest = port.stages[port.newest];
  if (!oldest.valid) return;
  --port.in_flight;
  read_data_o[index].write(oldest.word);
}

void Scratchpad::store(BankCursor& cursor, std::uint32_t address, const Word& data) {
  const auto count_bytes = static_cast<std::uint32_t>(data.size);
  if (count_bytes == 0 || address % word_bytes_ + count_bytes > word_bytes_ || address >= bytes_.size())
    return raise_fault(fmt::format("write of {} bytes at {}: not inside one word of {} bytes below {}", count_bytes,
                                   address, word_bytes_, bytes_.size()));
  for (const ReadPort& port : read_ports_)
    if (port.sampled && address - port.address < word_bytes_)
      return raise_fault(fmt::format("word at {} is read and written at the same edge", port.address));
  count(cursor, address, &BufferCounters::Bank::writes);
  std::memcpy(&bytes_[address], data.lane, count_bytes);
}

void Scratchpad::check_range(std::uint32_t address, std::size_t count_bytes) const {
  if (address > bytes_.size() || count_bytes > bytes_.size() - address)
    throw std::out_of_range(
        fmt::format("{}: bytes {} to {} of {}", name(), address, address + count_bytes, bytes_.size()));
}

void Scratchpad::peek(std::uint32_t address, std::uint8_t* data, std::size_t count_bytes) const {
  check_range(address, count_bytes);
  std::copy_n(bytes_.begin() + address, count_bytes, data);
}

void Scratchpad::poke(std::uint32_t address, const std::uint8_t* data, std::size_t count_bytes) {
  check_range(address, count_bytes);
  std::copy_n(data, count_bytes, bytes_.begin() + address);
}

}  // namespace intloom::hw
