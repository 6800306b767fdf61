// A scratchpad alone on a clock, driven between the rising edges.
#pragma once

#include <cstdint>
#include <systemc>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/scratchpad/scratchpad.h"

namespace intloom::hw {

struct ScratchpadSize {
  std::uint32_t word_bytes, bank_bytes;
  int banks, read_latency_cycles;
};

struct ScratchpadBench {
  using Word = Scratchpad::Word;

  ScratchpadBench(const ScratchpadSize& size, int read_ports, int write_ports)
      : read_valid("read_valid", static_cast<std::size_t>(read_ports)),
        read_address("read_address", static_cast<std::size_t>(read_ports)),
        read_data("read_data", static_cast<std::size_t>(read_ports)),
        write_valid("write_valid", static_cast<std::size_t>(write_ports)),
        write_address("write_address", static_cast<std::size_t>(write_ports)),
        write_data("write_data", static_cast<std::size_t>(write_ports)),
        dut("dut", machine, size.word_bytes, size.bank_bytes, size.banks, size.read_latency_cycles, read_ports,
            write_ports) {
    dut.clk_i(clock);
    dut.rst_ni(reset_n);
    dut.read_valid_i(read_valid);
    dut.read_address_i(read_address);
    dut.read_data_o(read_data);
    dut.write_valid_i(write_valid);
    dut.write_address_i(write_address);
    dut.write_data_i(write_data);
    reset_n.write(true);
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));  // behind edge 0
  }

  void step() { sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS)); }

  void read(std::size_t port, std::uint32_t address) {
    read_valid[port].write(true);
    read_address[port].write(address);
  }
  void write(std::size_t port, std::uint32_t address, const Word& data) {
    write_valid[port].write(true);
    write_address[port].write(address);
    write_data[port].write(data);
  }
  void release() {
    for (auto& valid : read_valid) valid.write(false);
    for (auto& valid : write_valid) valid.write(false);
  }

  SimulationContext context;
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n{"reset_n"};
  sc_core::sc_vector<sc_core::sc_signal<bool>> read_valid;
  sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> read_address;
  sc_core::sc_vector<sc_core::sc_signal<Word>> read_data;
  sc_core::sc_vector<sc_core::sc_signal<bool>> write_valid;
  sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> write_address;
  sc_core::sc_vector<sc_core::sc_signal<Word>> write_data;
  Scratchpad dut;
};

inline Scratchpad::Word make_word(int bytes, int first) {
  Scratchpad::Word word(bytes);
  for (int i = 0; i < bytes; ++i) word[i] = static_cast<std::uint8_t>(first + i);
  return word;
}

}  // namespace intloom::hw
