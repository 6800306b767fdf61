#include "rtl_models/core/core.h"

#include "rtl_models/isa/buffer_layout.h"

namespace intloom::hw {

using isa::Buffer;
using isa::Unit;

namespace {

// Ports of the activation scratchpad.
enum : unsigned { kReadFeeder, kReadVectorA, kReadVectorB, kReadStore, kActivationReads };
enum : unsigned { kWriteLoad, kWriteRequant, kWriteVector, kActivationWrites };
// Read ports of the parameter buffer.
enum : unsigned { kParametersRequant, kParametersVector, kParameterReads };

constexpr unsigned index(Unit unit) { return static_cast<unsigned>(unit); }

void bind_read(Scratchpad& scratchpad, unsigned port, ReadPort& bus) {
  scratchpad.read_valid_i[port](bus.valid);
  scratchpad.read_address_i[port](bus.address);
  scratchpad.read_data_o[port](bus.data);
}

void bind_write(Scratchpad& scratchpad, unsigned port, WritePort& bus) {
  scratchpad.write_valid_i[port](bus.valid);
  scratchpad.write_address_i[port](bus.address);
  scratchpad.write_data_i[port](bus.data);
}

}  // namespace

Core::Core(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine)
    : sc_module(name),
      sequencer("sequencer", context, machine),
      load("load", context, machine),
      store("store", context, machine),
      feeder("feeder", context, machine),
      array("array", context, machine),
      accumulator("accumulator", context, machine),
      requant("requant", context, machine),
      vector("vector", context, machine),
      activations("activations", context, isa::word_bytes(machine, Buffer::activations),
                  isa::usable_bank_bytes(machine, Buffer::activations), machine.scratchpad.banks,
                  machine.scratchpad.read_latency_cycles, kActivationReads, kActivationWrites),
      weights("weights", context, isa::word_bytes(machine, Buffer::weights),
              isa::usable_bank_bytes(machine, Buffer::weights), machine.weight_buffer.banks,
              machine.weight_buffer.read_latency_cycles, 1, 1),
      parameters("parameters", context, isa::word_bytes(machine, Buffer::parameters),
                 isa::usable_bank_bytes(machine, Buffer::parameters), machine.parameter_buffer.banks,
                 machine.parameter_buffer.read_latency_cycles, kParameterReads, 1),
      machine_(machine) {
  bind_clock();
  bind_sequencer();
  bind_activations();
  bind_weights_and_parameters();
  bind_array();
  bind_accumulator();
}

void Core::bind_clock() {
  const std::vector<Block*> all{&sequencer, &load,   &store,       &feeder,  &array,     &accumulator,
                                &requant,   &vector, &activations, &weights, &parameters};
  for (Block* block : all) {
    block->clk_i(clk_i);
    block->rst_ni(rst_ni);
  }
}

void Core::bind_sequencer() {
  for (unsigned u = 0; u < isa::kUnits; ++u) {
    sequencer.start_valid_o[u](start_valid_[u]);
    sequencer.start_command_o[u](start_command_[u]);
    sequencer.done_i[u](done_[u]);
  }
  sequencer.feed_done_i(feed_done_);
  sequencer.halted_o(halted_);
  const auto bind_start = [this](auto& block, Unit unit) {
    block.start_valid_i(start_valid_[index(unit)]);
    block.start_command_i(start_command_[index(unit)]);
  };
  bind_start(load, Unit::load);
  bind_start(feeder, Unit::exec);
  bind_start(requant, Unit::requant);
  bind_start(vector, Unit::vector);
  bind_start(store, Unit::store);
  load.done_o(done_[index(Unit::load)]);
  feeder.feed_done_o(feed_done_);
  accumulator.exec_done_o(done_[index(Unit::exec)]);
  requant.done_o(done_[index(Unit::requant)]);
  vector.done_o(done_[index(Unit::vector)]);
  store.done_o(done_[index(Unit::store)]);
}

void Core::bind_activations() {
  bind_read(activations, kReadFeeder, feeder_act_);
  bind_read(activations, kReadVectorA, vector_a_);
  bind_read(activations, kReadVectorB, vector_b_);
  bind_read(activations, kReadStore, store_act_);
  feeder.act_read_valid_o(feeder_act_.valid);
  feeder.act_read_address_o(feeder_act_.address);
  feeder.act_read_data_i(feeder_act_.data);
  vector.a_read_valid_o(vector_a_.valid);
  vector.a_read_address_o(vector_a_.address);
  vector.a_read_data_i(vector_a_.data);
  vector.b_read_valid_o(vector_b_.valid);
  vector.b_read_address_o(vector_b_.address);
  vector.b_read_data_i(vector_b_.data);
  store.act_read_valid_o(store_act_.valid);
  store.act_read_address_o(store_act_.address);
  store.act_read_data_i(store_act_.data);

  activations.write_valid_i[kWriteLoad](load_activations_valid_);
  activations.write_address_i[kWriteLoad](load_address_);
  activations.write_data_i[kWriteLoad](load_data_);
  bind_write(activations, kWriteRequant, requant_write_);
  bind_write(activations, kWriteVector, vector_write_);
  load.activations_write_valid_o(load_activations_valid_);
  load.write_address_o(load_address_);
  load.write_data_o(load_data_);
  requant.write_valid_o(requant_write_.valid);
  requant.write_address_o(requant_write_.address);
  requant.write_data_o(requant_write_.data);
  vector.write_valid_o(vector_write_.valid);
  vector.write_address_o(vector_write_.address);
  vector.write_data_o(vector_write_.data);
}

void Core::bind_weights_and_parameters() {
  bind_read(weights, 0, feeder_weight_);
  feeder.weight_read_valid_o(feeder_weight_.valid);
  feeder.weight_read_address_o(feeder_weight_.address);
  feeder.weight_read_data_i(feeder_weight_.data);
  load.weights_write_valid_o(load_weights_valid_);
  weights.write_valid_i[0](load_weights_valid_);
  weights.write_address_i[0](load_address_);
  weights.write_data_i[0](load_data_);

  bind_read(parameters, kParametersRequant, requant_parameter_);
  bind_read(parameters, kParametersVector, vector_parameter_);
  requant.parameter_read_valid_o(requant_parameter_.valid);
  requant.parameter_read_address_o(requant_parameter_.address);
  requant.parameter_read_data_i(requant_parameter_.data);
  vector.parameter_read_valid_o(vector_parameter_.valid);
  vector.parameter_read_address_o(vector_parameter_.address);
  vector.parameter_read_data_i(vector_parameter_.data);
  load.parameters_write_valid_o(load_parameters_valid_);
  parameters.write_valid_i[0](load_parameters_valid_);
  parameters.write_address_i[0](load_address_);
  parameters.write_data_i[0](load_data_);
}

void Core::bind_array() {
  feeder.act_valid_o(act_valid_);
  feeder.act_data_o(act_data_);
  feeder.act_swap_o(act_swap_);
  feeder.act_tag_o(act_tag_);
  feeder.weight_valid_o(weight_valid_);
  feeder.weight_row_o(weight_row_);
  feeder.weight_diagonal_o(weight_diagonal_);
  feeder.weight_last_o(weight_last_);
  feeder.weight_data_o(weight_data_);
  array.act_valid_i(act_valid_);
  array.act_data_i(act_data_);
  array.act_swap_i(act_swap_);
  array.act_tag_i(act_tag_);
  array.weight_valid_i(weight_valid_);
  array.weight_row_i(weight_row_);
  array.weight_diagonal_i(weight_diagonal_);
  array.weight_last_i(weight_last_);
  array.weight_data_i(weight_data_);
  array.sum_valid_o(sum_valid_);
  array.sum_data_o(sum_data_);
  array.sum_tag_o(sum_tag_);
}

void Core::bind_accumulator() {
  accumulator.sum_valid_i(sum_valid_);
  accumulator.sum_data_i(sum_data_);
  accumulator.sum_tag_i(sum_tag_);
  accumulator.row_read_valid_i(row_read_valid_);
  accumulator.row_read_bank_i(row_read_bank_);
  accumulator.row_read_row_i(row_read_row_);
  accumulator.row_read_data_o(row_read_data_);
  requant.row_read_valid_o(row_read_valid_);
  requant.row_read_bank_o(row_read_bank_);
  requant.row_read_row_o(row_read_row_);
  requant.row_read_data_i(row_read_data_);
}

void Core::load_program(const isa::CommandStream& program) {
  sequencer.load_program(&program);
  load.load_program(&program);
  store.load_program(&program);
  feeder.load_program(&program);
  requant.load_program(&program);
  vector.load_program(&program);
}

std::vector<const Block*> Core::blocks() const {
  return {&sequencer, &load,   &store,       &feeder,  &array,     &accumulator,
          &requant,   &vector, &activations, &weights, &parameters};
}

}  // namespace intloom::hw
