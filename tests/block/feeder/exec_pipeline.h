// Feeder, array and accumulator wired as in a core, between two scratchpads: what executes an EXEC.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <systemc>
#include <vector>

#include "rtl_models/accumulator/accumulator.h"
#include "rtl_models/block/simulation_context.h"
#include "rtl_models/feeder/feeder.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/mac_array/weight_stationary_array.h"
#include "rtl_models/scratchpad/scratchpad.h"

namespace intloom::hw {

struct ReadBus {
  explicit ReadBus(const std::string& name)
      : valid((name + "_valid").c_str(), 1),
        write_valid((name + "_write_valid").c_str(), 1),
        address((name + "_address").c_str(), 1),
        write_address((name + "_write_address").c_str(), 1),
        data((name + "_data").c_str(), 1),
        write_data((name + "_write_data").c_str(), 1) {}

  sc_core::sc_vector<sc_core::sc_signal<bool>> valid, write_valid;
  sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> address, write_address;
  sc_core::sc_vector<sc_core::sc_signal<Lanes<std::uint8_t>>> data, write_data;
};

class ExecPipeline {
 public:
  // Edges of one command, as numbers of cycles.
  struct Times {
    std::int64_t start = -1, feed_done = -1, exec_done = -1;
  };

  explicit ExecPipeline(const isa::MachineDescription& description)
      : activations("activations", machine, isa::word_bytes(description, isa::Buffer::activations),
                    isa::usable_bank_bytes(description, isa::Buffer::activations), description.scratchpad.banks,
                    description.scratchpad.read_latency_cycles, 1, 1),
        weights("weights", machine, isa::word_bytes(description, isa::Buffer::weights),
                isa::usable_bank_bytes(description, isa::Buffer::weights), description.weight_buffer.banks,
                description.weight_buffer.read_latency_cycles, 1, 1),
        feeder("feeder", machine, description),
        array("array", machine, description),
        accumulator("accumulator", machine, description) {
    bind_reads(activations, activation_bus_);
    bind_reads(weights, weight_bus_);
    bind_feeder();
    bind_array();
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));  // edge 0: reset; then between the edges
    reset_n_.write(true);
  }

  // Runs the program: command i starts gaps[i] edges after the earliest one allowed, which is two behind feed_done of
  // the one before. Returns after the last exec_done, or at a fault.
  std::vector<Times> run(const isa::CommandStream& program, const std::vector<int>& gaps) {
    feeder.load_program(&program);
    std::vector<Times> times(program.size());
    std::size_t started = 0, fed = 0, done = 0;
    std::int64_t next_start = machine.cycle() + 1;
    while (done < program.size() && !machine.faulted()) {
      const bool start =
          started < program.size() && fed == started && machine.cycle() + 1 >= next_start + gaps[started];
      start_valid_.write(start);
      start_command_.write(static_cast<std::uint32_t>(started));
      sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
      const std::int64_t edge = machine.cycle();
      if (edge > kTooLong) throw std::runtime_error("the program does not end");
      if (start) times[started++].start = edge;
      if (feed_done_.read()) {
        times.at(fed++).feed_done = edge;
        next_start = edge + 2;
      }
      if (exec_done_.read()) times.at(done++).exec_done = edge;
    }
    start_valid_.write(false);
    return times;
  }

  void idle(int edges) { sc_core::sc_start(sc_core::sc_time(edges, sc_core::SC_NS)); }
  bool act_valid() const { return act_valid_.read(); }

 private:
  static constexpr std::int64_t kTooLong = 1000000;

  void bind_reads(Scratchpad& scratchpad, ReadBus& bus) {
    scratchpad.clk_i(clock_);
    scratchpad.rst_ni(reset_n_);
    scratchpad.read_valid_i(bus.valid);
    scratchpad.read_address_i(bus.address);
    scratchpad.read_data_o(bus.data);
    scratchpad.write_valid_i(bus.write_valid);
    scratchpad.write_address_i(bus.write_address);
    scratchpad.write_data_i(bus.write_data);
  }

  void bind_feeder() {
    feeder.clk_i(clock_);
    feeder.rst_ni(reset_n_);
    feeder.start_valid_i(start_valid_);
    feeder.start_command_i(start_command_);
    feeder.feed_done_o(feed_done_);
    feeder.act_read_valid_o(activation_bus_.valid[0]);
    feeder.act_read_address_o(activation_bus_.address[0]);
    feeder.act_read_data_i(activation_bus_.data[0]);
    feeder.weight_read_valid_o(weight_bus_.valid[0]);
    feeder.weight_read_address_o(weight_bus_.address[0]);
    feeder.weight_read_data_i(weight_bus_.data[0]);
    feeder.act_valid_o(act_valid_);
    feeder.act_data_o(act_data_);
    feeder.act_swap_o(act_swap_);
    feeder.act_tag_o(act_tag_);
    feeder.weight_valid_o(weight_valid_);
    feeder.weight_row_o(weight_row_);
    feeder.weight_diagonal_o(weight_diagonal_);
    feeder.weight_data_o(weight_data_);
    feeder.weight_last_o(weight_last_);
  }

  void bind_array() {
    array.clk_i(clock_);
    array.rst_ni(reset_n_);
    array.act_valid_i(act_valid_);
    array.act_data_i(act_data_);
    array.act_swap_i(act_swap_);
    array.act_tag_i(act_tag_);
    array.weight_valid_i(weight_valid_);
    array.weight_row_i(weight_row_);
    array.weight_diagonal_i(weight_diagonal_);
    array.weight_data_i(weight_data_);
    array.weight_last_i(weight_last_);
    array.sum_valid_o(sum_valid_);
    array.sum_data_o(sum_data_);
    array.sum_tag_o(sum_tag_);
    accumulator.clk_i(clock_);
    accumulator.rst_ni(reset_n_);
    accumulator.sum_valid_i(sum_valid_);
    accumulator.sum_data_i(sum_data_);
    accumulator.sum_tag_i(sum_tag_);
    accumulator.row_read_valid_i(row_read_valid_);
    accumulator.row_read_bank_i(row_read_bank_);
    accumulator.row_read_row_i(row_read_row_);
    accumulator.row_read_data_o(row_read_data_);
    accumulator.exec_done_o(exec_done_);
  }

  SimulationContext context_;

 public:
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};

 private:
  sc_core::sc_clock clock_{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n_{"reset_n"}, start_valid_{"start_valid"}, feed_done_{"feed_done"};
  sc_core::sc_signal<bool> act_valid_{"act_valid"}, act_swap_{"act_swap"}, weight_valid_{"weight_valid"};
  sc_core::sc_signal<bool> weight_diagonal_{"weight_diagonal"}, weight_last_{"weight_last"}, sum_valid_{"sum_valid"};
  sc_core::sc_signal<bool> row_read_valid_{"row_read_valid"}, exec_done_{"exec_done"};
  sc_core::sc_signal<std::uint32_t> start_command_{"start_command"}, row_read_row_{"row_read_row"};
  sc_core::sc_signal<std::uint16_t> weight_row_{"weight_row"};
  sc_core::sc_signal<std::uint8_t> row_read_bank_{"row_read_bank"};
  sc_core::sc_signal<std::uint64_t> act_tag_{"act_tag"}, sum_tag_{"sum_tag"};
  sc_core::sc_signal<Lanes<std::int16_t>> act_data_{"act_data"}, weight_data_{"weight_data"};
  sc_core::sc_signal<Lanes<std::int32_t>> sum_data_{"sum_data"};
  sc_core::sc_signal<Lanes<std::int64_t>> row_read_data_{"row_read_data"};
  ReadBus activation_bus_{"activation_read"}, weight_bus_{"weight_read"};

 public:
  Scratchpad activations, weights;
  Feeder feeder;
  WeightStationaryArray array;
  Accumulator accumulator;
};

}  // namespace intloom::hw
