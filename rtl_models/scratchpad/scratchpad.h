// A banked SRAM of words with synchronous reads: activation scratchpad, weight buffer, parameter buffer.
//
// Bytes lie in one array over all banks without gaps (bank = address / bank_bytes). Each port takes one access a cycle.
// Read of one word: address sampled at edge t, data for the reader at edge t + read_latency_cycles (rule S1). Write of
// 1..word_bytes bytes inside one word: stored at the edge that samples it (S2). Faults: an address outside, a read
// address that is no multiple of the word, a write across a word's end, a word read and written at the same edge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/record/buffer_counters.h"

namespace intloom::hw {

class Scratchpad : public Block {
 public:
  using Word = Lanes<std::uint8_t>;

  sc_core::sc_vector<sc_core::sc_in<bool>> read_valid_i;
  sc_core::sc_vector<sc_core::sc_in<std::uint32_t>> read_address_i;  // bytes
  sc_core::sc_vector<sc_core::sc_out<Word>> read_data_o;             // size = word_bytes
  sc_core::sc_vector<sc_core::sc_in<bool>> write_valid_i;
  sc_core::sc_vector<sc_core::sc_in<std::uint32_t>> write_address_i;  // bytes
  sc_core::sc_vector<sc_core::sc_in<Word>> write_data_i;              // its `size` bytes are written

  // bank_bytes: usable ones, a multiple of word_bytes (isa/buffer_layout.h). std::invalid_argument for impossible
  // sizes.
  Scratchpad(const sc_core::sc_module_name& name, MachineContext& context, std::uint32_t word_bytes,
             std::uint32_t bank_bytes, int banks, int read_latency_cycles, int read_ports, int write_ports);

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }

  std::uint32_t capacity_bytes() const { return static_cast<std::uint32_t>(bytes_.size()); }

  // Back doors, no time passes. std::out_of_range outside of the buffer.
  void peek(std::uint32_t address, std::uint8_t* data, std::size_t count_bytes) const;
  void poke(std::uint32_t address, const std::uint8_t* data, std::size_t count_bytes);

  std::uint64_t reads(int bank) const { return counted_.banks[static_cast<std::size_t>(bank)].reads; }
  std::uint64_t writes(int bank) const { return counted_.banks[static_cast<std::size_t>(bank)].writes; }

 protected:
  void tick() override;
  bool idle() const override { return quiet_; }
  void end_of_elaboration() override;

 private:
  // The bank of a port's latest access.
  struct BankCursor {
    std::uint32_t begin = 0;
    std::size_t bank = 0;
  };
  struct Stage {
    bool valid = false;
    Word word;
  };
  // Words read but not yet due at the output: a ring of read_latency_cycles stages.
  struct ReadPort {
    std::vector<Stage> stages;
    std::size_t newest = 0;
    int in_flight = 0;
    bool sampled = false;  // a read at this edge, of `address`
    std::uint32_t address = 0;
    BankCursor cursor;
  };

  void count(BankCursor& cursor, std::uint32_t address, std::uint64_t BufferCounters::Bank::*counter);
  bool sample_read(ReadPort& port, std::uint32_t address);
  void deliver(ReadPort& port, std::size_t index);
  void store(BankCursor& cursor, std::uint32_t address, const Word& data);
  void check_range(std::uint32_t address, std::size_t count_bytes) const;

  std::uint32_t word_bytes_, bank_bytes_;
  std::vector<std::uint8_t> bytes_;
  BufferCounters counted_;
  std::vector<ReadPort> read_ports_;
  std::vector<BankCursor> write_ports_;
  bool quiet_ = true;
};

}  // namespace intloom::hw
