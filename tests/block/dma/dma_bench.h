// Both channels of the DMA alone: test buffers and a memory around them, a driver that starts transfers and records
// their edges. The buffers are models of their own, not the product's scratchpad.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/dma/load_engine.h"
#include "rtl_models/dma/store_engine.h"
#include "rtl_models/memory/memory.h"

namespace intloom::hw::test {

// A transfer to run: starts `gap` edges after the earliest edge possible on its channel.
struct Job {
  isa::Transfer transfer;
  bool store = false;
  int gap = 0;
};

struct Beat {  // of a load, as the buffer samples it
  std::int64_t cycle = 0;
  isa::Buffer buffer = isa::Buffer::activations;
  std::uint32_t address = 0;
  int bytes = 0;
};

struct JobEdges {
  std::int64_t start = -1, end = -1;  // rule D3, counted from the driver's base
};

// One clocked process: plays the sequencer and the buffers.
class Driver : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk_i{"clk_i"};
  struct Channel {
    sc_core::sc_signal<bool> start_valid, done;
    sc_core::sc_signal<std::uint32_t> start_command;
    std::vector<std::size_t> jobs;  // indices
    std::size_t next = 0;
    bool running = false;
    std::int64_t earliest_write = 0;
  };
  Channel load, store;
  sc_core::sc_signal<bool> write_valid[3];
  sc_core::sc_signal<std::uint32_t> write_address;
  sc_core::sc_signal<Lanes<std::uint8_t>> write_data;
  sc_core::sc_signal<bool> read_valid;
  sc_core::sc_signal<std::uint32_t> read_address;
  sc_core::sc_signal<Lanes<std::uint8_t>> read_data;

  std::vector<std::uint8_t> buffers[3];
  std::vector<Beat> beats;
  std::vector<std::int64_t> read_cycles;  // edges at which the scratchpad sampled a request
  std::vector<std::uint32_t> read_addresses;
  std::vector<JobEdges> edges;

  Driver(const sc_core::sc_module_name& name, const isa::MachineDescription& machine, MachineContext& context);

  // Jobs start from the next edge on; edges are counted from the current one.
  void start(const std::vector<Job>& jobs);
  bool finished() const;

 private:
  void clocked();
  void drive(Channel& channel, std::int64_t cycle);
  void sample_writes(std::int64_t cycle);
  void serve_reads(std::int64_t cycle);

  MachineContext& context_;
  int word_bytes_, read_latency_;
  std::vector<Job> jobs_;
  std::int64_t base_ = 0;
  std::deque<std::vector<std::uint8_t>> reading_;  // words on the way; empty: none
  std::uint8_t garbage_ = 0;
};

// What the engines talk to; owns the memory.
struct DmaMemory {
  virtual ~DmaMemory() = default;
  virtual void bind(BurstSocket& load, BurstSocket& store) = 0;
  virtual void write(std::uint64_t address, const std::vector<std::uint8_t>& bytes) = 0;
  virtual std::vector<std::uint8_t> read(std::uint64_t address, std::uint64_t size) = 0;
  virtual void restart() = 0;
};
using MakeMemory = std::function<std::unique_ptr<DmaMemory>(MachineContext&, const isa::MachineDescription&)>;
std::unique_ptr<DmaMemory> simple_dma_memory(MachineContext& context, const isa::MachineDescription& machine);

class DmaBench {
 public:
  explicit DmaBench(const isa::MachineDescription& machine, const MakeMemory& make = simple_dma_memory);

  // Runs the jobs of each channel in order, both channels at once.
  const std::vector<JobEdges>& run(const std::vector<Job>& jobs);
  void start(const std::vector<Job>& jobs);  // the first half of run()
  void run_cycles(std::int64_t cycles);
  std::int64_t duration(const isa::Transfer& transfer, bool store);  // of one job alone
  std::uint64_t counter(const Block& engine, const std::string& name) const;

  SimulationContext simulation;
  MachineContext context;
  sc_core::sc_clock clk;
  sc_core::sc_signal<bool> rst_n{"rst_n"};
  LoadEngine load;
  StoreEngine store;
  Driver driver;
  std::unique_ptr<DmaMemory> memory;

 private:
  isa::CommandStream program_;
  bool started_ = false;
};

}  // namespace intloom::hw::test
