// The load channel of the DMA: executes LOAD, memory to an on-chip buffer. Rules D1 to D8 of README.md.
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

class LoadEngine : public Block {
 public:
  sc_core::sc_in<bool> start_valid_i{"start_valid_i"};
  sc_core::sc_in<std::uint32_t> start_command_i{"start_command_i"};  // index into the program
  sc_core::sc_out<bool> done_o{"done_o"};

  sc_core::sc_out<bool> activations_write_valid_o{"activations_write_valid_o"};
  sc_core::sc_out<bool> weights_write_valid_o{"weights_write_valid_o"};
  sc_core::sc_out<bool> parameters_write_valid_o{"parameters_write_valid_o"};
  sc_core::sc_out<std::uint32_t> write_address_o{"write_address_o"};  // byte address in that buffer
  sc_core::sc_out<Lanes<std::uint8_t>> write_data_o{"write_data_o"};  // `size` bytes, inside one word

  BurstSocket memory_socket{"memory_socket"};

  LoadEngine(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  void load_program(const isa::CommandStream* program) { program_ = program; }

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

 protected:
  void tick() override;
  bool idle() const override;
  void end_of_elaboration() override;

 private:
  void start();
  void issue_burst();
  bool write_beat(std::int64_t cycle);  // true when a beat was written at this edge
  void write_valid(bool valid);

  const isa::CommandStream* program_ = nullptr;
  std::uint32_t burst_bytes_, bytes_per_cycle_;
  std::uint32_t word_bytes_[3];  // of each isa::Buffer

  bool active_ = false;
  std::uint32_t command_ = 0;
  isa::Buffer buffer_ = isa::Buffer::activations;
  TransferWalk memory_, buffer_walk_;
  std::uint32_t burst_position_ = 0;  // bytes of the oldest burst already written
  std::int64_t start_cycle_ = 0;

  bool done_q_ = false, write_valid_q_ = false, burst_valid_q_ = false;
  std::uint64_t burst_address_q_ = 0;
  std::uint32_t burst_bytes_q_ = 0;
  Lanes<std::uint8_t> beat_;

  LoadCounters counted_;
  BurstChannel channel_;
};

}  // namespace intloom::hw
