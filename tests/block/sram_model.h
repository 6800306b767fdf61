// Memories for block tests, written apart from rtl_models/scratchpad and rtl_models/accumulator: a request written by a
// reader at edge t is sampled at t+1, its data can be sampled at t+1+latency and at no other edge.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <systemc>

#include "rtl_models/block/lanes.h"

namespace intloom::test {

// One read port. Address is what the block asks with; `read` answers it. Between answers the data is `poison`.
template <class Address, class Data>
class ReadPortModel : public sc_core::sc_module {
 public:
  using Read = std::function<Data(Address)>;

  sc_core::sc_in<bool> clk_i{"clk_i"};
  sc_core::sc_signal<bool> valid{"valid"};
  sc_core::sc_signal<Address> address{"address"};
  sc_core::sc_signal<Data> data{"data"};
  std::uint64_t requests = 0;

  ReadPortModel(const sc_core::sc_module_name& name, int latency, Data poison, Read read)
      : sc_module(name), poison_(std::move(poison)), read_(std::move(read)) {
    SC_HAS_PROCESS(ReadPortModel);
    SC_METHOD(tick);
    sensitive << clk_i.pos();
    dont_initialize();
    pipeline_.assign(static_cast<std::size_t>(latency - 1), poison_);
  }

 private:
  void tick() {
    if (valid.read()) ++requests;
    pipeline_.push_back(valid.read() ? read_(address.read()) : poison_);
    data.write(pipeline_.front());
    pipeline_.pop_front();
  }

  Data poison_;
  Read read_;
  std::deque<Data> pipeline_;
};

inline hw::Lanes<std::uint8_t> poison_bytes(int lanes) {
  hw::Lanes<std::uint8_t> value(lanes);
  for (int i = 0; i < lanes; ++i) value[i] = static_cast<std::uint8_t>(0xA5 + 31 * i);
  return value;
}

// `count` bytes of a memory as the data of a port.
inline hw::Lanes<std::uint8_t> bytes_at(const std::uint8_t* memory, std::size_t address, int count) {
  hw::Lanes<std::uint8_t> value(count);
  std::copy_n(memory + address, count, value.lane);
  return value;
}

}  // namespace intloom::test
