// The feeder alone on a clock with two memories of its own, whose bytes are their addresses.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <systemc>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/feeder/feeder.h"

namespace intloom::hw {

// A read port of the feeder: answers `latency` edges after the one that samples the request.
struct ReadPortModel {
  explicit ReadPortModel(const std::string& name, int lanes_of_word, int latency_cycles)
      : valid((name + "_valid").c_str()),
        address((name + "_address").c_str()),
        data((name + "_data").c_str()),
        lanes(lanes_of_word),
        latency(latency_cycles) {}

  // Behind edge `edge`: takes the request written at it, gives the data due at the next.
  void behind(std::int64_t edge) {
    if (valid.read()) due[edge + 1 + latency] = address.read();
    Lanes<std::uint8_t> word(lanes);
    for (int i = 0; i < lanes; ++i) word[i] = 0xEE;  // nobody may use it
    if (const auto it = due.find(edge + 1); it != due.end())
      for (int i = 0; i < lanes; ++i) word[i] = static_cast<std::uint8_t>(it->second + static_cast<std::uint32_t>(i));
    data.write(word);
  }

  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<std::uint32_t> address;
  sc_core::sc_signal<Lanes<std::uint8_t>> data;
  int lanes, latency;
  std::map<std::int64_t, std::uint32_t> due;
};

struct FeederBench {
  explicit FeederBench(const isa::MachineDescription& description)
      : act("act_read", description.array.rows, description.scratchpad.read_latency_cycles),
        weight("weight_read", description.array.cols, description.weight_buffer.read_latency_cycles),
        dut("dut", machine, description) {
    dut.clk_i(clock);
    dut.rst_ni(reset_n);
    dut.start_valid_i(start_valid);
    dut.start_command_i(start_command);
    dut.feed_done_o(feed_done);
    dut.act_read_valid_o(act.valid);
    dut.act_read_address_o(act.address);
    dut.act_read_data_i(act.data);
    dut.weight_read_valid_o(weight.valid);
    dut.weight_read_address_o(weight.address);
    dut.weight_read_data_i(weight.data);
    dut.act_valid_o(act_valid);
    dut.act_data_o(act_data);
    dut.act_swap_o(act_swap);
    dut.act_tag_o(act_tag);
    dut.weight_valid_o(weight_valid);
    dut.weight_row_o(weight_row);
    dut.weight_diagonal_o(weight_diagonal);
    dut.weight_data_o(weight_data);
    dut.weight_last_o(weight_last);
    reset_n.write(true);
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));  // behind edge 0
  }

  void step() {
    act.behind(machine.cycle());
    weight.behind(machine.cycle());
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    start_valid.write(false);
  }
  // Returns behind the start edge.
  void start(std::uint32_t command = 0) {
    start_valid.write(true);
    start_command.write(command);
    step();
  }
  void load(const isa::Exec& exec) {
    program.resize(1);
    program[0].unit = isa::Unit::exec;
    program[0].body = exec;
    dut.load_program(&program);
  }

  // What the ports show behind an edge, as text: "w@4" weight request, "x@8" activation request, "W1" weights for row
  // 1 ("D" diagonal, "!" last), "X3" an activation row for accumulator row 3 ("+" add, "~" swap, "." last), "done".
  std::string shown() const {
    std::string text;
    const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    if (weight.valid.read()) add("w@" + std::to_string(weight.address.read()));
    if (act.valid.read()) add("x@" + std::to_string(act.address.read()));
    if (weight_valid.read())
      add((weight_diagonal.read() ? "D" : "W") + std::to_string(weight_row.read()) + (weight_last.read() ? "!" : ""));
    if (act_valid.read()) {
      const std::uint64_t tag = act_tag.read();
      add("X" + std::to_string(tag & 0xFFFFFFU) + ((tag >> 32 & 1U) != 0 ? "+" : "") + (act_swap.read() ? "~" : "") +
          ((tag >> 33 & 1U) != 0 ? "." : ""));
    }
    if (feed_done.read()) add("done");
    return text;
  }

  SimulationContext context;
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n{"reset_n"}, start_valid{"start_valid"}, feed_done{"feed_done"};
  sc_core::sc_signal<bool> act_valid{"act_valid"}, act_swap{"act_swap"}, weight_valid{"weight_valid"};
  sc_core::sc_signal<bool> weight_diagonal{"weight_diagonal"}, weight_last{"weight_last"};
  sc_core::sc_signal<std::uint32_t> start_command{"start_command"};
  sc_core::sc_signal<std::uint16_t> weight_row{"weight_row"};
  sc_core::sc_signal<std::uint64_t> act_tag{"act_tag"};
  sc_core::sc_signal<Lanes<std::int16_t>> act_data{"act_data"}, weight_data{"weight_data"};
  ReadPortModel act, weight;
  Feeder dut;
  isa::CommandStream program;
};

}  // namespace intloom::hw
