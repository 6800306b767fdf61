// The store channel of the DMA: executes STORE, activation scratchpad to memory. Rules D1 to D6, D9 to D12 of
// README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/dma/burst_channel.h"
#include "rtl_models/dma/transfer_walk.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::hw {

class StoreEngine : public Block {
 public:
  sc_core::sc_in<bool> start_valid_i{"start_valid_i"};
  sc_core::sc_in<std::uint32_t> start_command_i{"start_command_i"};  // index into the program
  sc_core::sc_out<bool> done_o{"done_o"};

  sc_core::sc_out<bool> act_read_valid_o{"act_read_valid_o"};
  sc_core::sc_out<std::uint32_t> act_read_address_o{"act_read_address_o"};  // byte address of a word
  sc_core::sc_in<Lanes<std::uint8_t>> act_read_data_i{"act_read_data_i"};   // of the request read_latency + 1 edges ago

  BurstSocket memory_socket{"memory_socket"};

  StoreEngine(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  void load_program(const isa::CommandStream* program) { program_ = program; }

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

 protected:
  void tick() override;
  bool idle() const override;
  void end_of_elaboration() override;

 private:
  // A word under way from the scratchpad: its bytes [first, first + bytes) go into the burst.
  struct Read {
    Burst* burst = nullptr;  // nullptr: no read
    std::uint32_t position = 0, first = 0, bytes = 0;
    bool last = false;  // completes the burst
  };

  void start();
  bool request_word();  // true when a word was requested at this edge
  void take_word(const Read& read);
  void issue_burst();
  void use_response(std::int64_t cycle);
  bool can_request() const;
  void write_read_valid(bool valid);

  const isa::CommandStream* program_ = nullptr;
  std::uint32_t burst_bytes_, bytes_per_cycle_, word_bytes_;

  bool active_ = false;
  std::uint32_t command_ = 0;
  TransferWalk memory_, buffer_walk_;
  Burst* gathering_ = nullptr;         // the burst whose bytes are being requested
  std::uint32_t gather_position_ = 0;  // bytes of it already requested
  std::vector<Read> reads_;            // read_latency + 1 entries, the next to arrive at read_index_
  std::size_t read_index_ = 0;
  std::size_t reads_in_flight_ = 0;
  std::size_t complete_bursts_ = 0;  // gathered, not issued
  std::int64_t start_cycle_ = 0;

  bool done_q_ = false, read_valid_q_ = false, burst_valid_q_ = false;
  std::uint64_t burst_address_q_ = 0;
  std::uint32_t burst_bytes_q_ = 0;

  StoreCounters counted_;
  BurstChannel channel_;
};

}  // namespace intloom::hw
