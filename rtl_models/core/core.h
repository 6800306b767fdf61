// One core: instantiates its blocks and binds them. Every bus between two blocks is a signal of this module, named by
// what it carries; the waveform shows them under the block that drives them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rtl_models/accumulator/accumulator.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/dma/load_engine.h"
#include "rtl_models/dma/store_engine.h"
#include "rtl_models/feeder/feeder.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/mac_array/weight_stationary_array.h"
#include "rtl_models/requant/requant.h"
#include "rtl_models/scratchpad/scratchpad.h"
#include "rtl_models/sequencer/sequencer.h"
#include "rtl_models/vector/vector.h"

namespace intloom::hw {

template <class T>
using Bus = sc_core::sc_signal<Lanes<T>>;

// One read port: request from a unit, data back.
struct ReadPort {
  explicit ReadPort(const std::string& unit)
      : valid((unit + "_read_valid").c_str()),
        address((unit + "_read_address").c_str()),
        data((unit + "_read_data").c_str()) {}
  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<std::uint32_t> address;
  Bus<std::uint8_t> data;
};

struct WritePort {
  explicit WritePort(const std::string& unit)
      : valid((unit + "_write_valid").c_str()),
        address((unit + "_write_address").c_str()),
        data((unit + "_write_data").c_str()) {}
  sc_core::sc_signal<bool> valid;
  sc_core::sc_signal<std::uint32_t> address;
  Bus<std::uint8_t> data;
};

class Core : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk_i{"clk_i"};
  sc_core::sc_in<bool> rst_ni{"rst_ni"};

  Sequencer sequencer;
  LoadEngine load;
  StoreEngine store;
  Feeder feeder;
  WeightStationaryArray array;
  Accumulator accumulator;
  Requant requant;
  Vector vector;
  Scratchpad activations, weights, parameters;

  Core(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  void load_program(const isa::CommandStream& program);
  std::vector<const Block*> blocks() const;
  // Gives every block's own signals and the buses it drives to the scope of its instance path.
  void describe_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const;

 private:
  void bind_clock();
  void bind_sequencer();
  void bind_activations();
  void bind_weights_and_parameters();
  void bind_array();
  void bind_accumulator();
  void describe_array_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const;
  void describe_port_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const;

  const isa::MachineDescription& machine_;

  // sequencer <-> units
  sc_core::sc_vector<sc_core::sc_signal<bool>> start_valid_{"start_valid", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> start_command_{"start_command", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_signal<bool>> done_{"done", isa::kUnits};
  sc_core::sc_signal<bool> feed_done_{"feed_done"};
  sc_core::sc_signal<bool> halted_{"halted"};
  // units <-> buffers
  ReadPort feeder_act_{"feeder_act"}, feeder_weight_{"feeder_weight"}, vector_a_{"vector_a"}, vector_b_{"vector_b"};
  ReadPort store_act_{"store_act"}, requant_parameter_{"requant_parameter"}, vector_parameter_{"vector_parameter"};
  WritePort requant_write_{"requant"}, vector_write_{"vector"};
  sc_core::sc_signal<bool> load_activations_valid_{"load_activations_write_valid"};
  sc_core::sc_signal<bool> load_weights_valid_{"load_weights_write_valid"};
  sc_core::sc_signal<bool> load_parameters_valid_{"load_parameters_write_valid"};
  sc_core::sc_signal<std::uint32_t> load_address_{"load_write_address"};
  Bus<std::uint8_t> load_data_{"load_write_data"};
  // feeder -> array -> accumulator
  sc_core::sc_signal<bool> act_valid_{"act_valid"}, act_swap_{"act_swap"};
  Bus<std::int16_t> act_data_{"act_data"};
  sc_core::sc_signal<std::uint64_t> act_tag_{"act_tag"};
  sc_core::sc_signal<bool> weight_valid_{"weight_valid"}, weight_diagonal_{"weight_diagonal"},
      weight_last_{"weight_last"};
  sc_core::sc_signal<std::uint16_t> weight_row_{"weight_row"};
  Bus<std::int16_t> weight_data_{"weight_data"};
  sc_core::sc_signal<bool> sum_valid_{"sum_valid"};
  Bus<std::int32_t> sum_data_{"sum_data"};
  sc_core::sc_signal<std::uint64_t> sum_tag_{"sum_tag"};
  // accumulator -> requant
  sc_core::sc_signal<bool> row_read_valid_{"row_read_valid"};
  sc_core::sc_signal<std::uint8_t> row_read_bank_{"row_read_bank"};
  sc_core::sc_signal<std::uint32_t> row_read_row_{"row_read_row"};
  Bus<std::int64_t> row_read_data_{"row_read_data"};
};

}  // namespace intloom::hw
