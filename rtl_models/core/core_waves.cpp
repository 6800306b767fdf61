// The names under which a core's buses stand in a waveform: under the block that drives them.
#include "rtl_models/core/core.h"
#include "rtl_models/isa/buffer_layout.h"

namespace intloom::hw {

namespace {

constexpr int kTagBits = 34;
constexpr int kAddressBits = 32;

std::string path_of(const Block& block) { return block.name(); }

}  // namespace

void Core::describe_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const {
  for (const Block* block : blocks()) block->describe_waves(scope_of(block->name()));
  WaveScope& sequencer_scope = scope_of(path_of(sequencer));
  for (unsigned u = 0; u < isa::kUnits; ++u) {
    const std::string unit(isa::unit_name(static_cast<isa::Unit>(u)));
    sequencer_scope.add_signal(unit + "_start_valid", start_valid_[u]);
    sequencer_scope.add_signal(unit + "_start_command", start_command_[u], kAddressBits);
    sequencer_scope.add_signal(unit + "_done", done_[u]);
  }
  sequencer_scope.add_signal("feed_done", feed_done_);
  sequencer_scope.add_signal("halted", halted_);
  describe_array_waves(scope_of);
  describe_port_waves(scope_of);
}

void Core::describe_array_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const {
  constexpr int kOperandBits = 9;  // data and one bit for the zero point
  const int rows = machine_.array.rows, columns = machine_.array.cols;
  WaveScope& feeder_scope = scope_of(path_of(feeder));
  feeder_scope.add_signal("act_valid", act_valid_);
  feeder_scope.add_signal("act_swap", act_swap_);
  feeder_scope.add_bus("act_data", act_data_, rows, kOperandBits);
  feeder_scope.add_signal("act_tag", act_tag_, kTagBits);
  feeder_scope.add_signal("weight_valid", weight_valid_);
  feeder_scope.add_signal("weight_last", weight_last_);
  feeder_scope.add_signal("weight_diagonal", weight_diagonal_);
  feeder_scope.add_signal("weight_row", weight_row_, 16);
  feeder_scope.add_bus("weight_data", weight_data_, columns, kOperandBits);

  WaveScope& array_scope = scope_of(path_of(array));
  array_scope.add_signal("sum_valid", sum_valid_);
  array_scope.add_bus("sum_data", sum_data_, columns, 32);
  array_scope.add_signal("sum_tag", sum_tag_, kTagBits);

  WaveScope& accumulator_scope = scope_of(path_of(accumulator));
  accumulator_scope.add_signal("row_read_valid", row_read_valid_);
  accumulator_scope.add_signal("row_read_bank", row_read_bank_, 8);
  accumulator_scope.add_signal("row_read_row", row_read_row_, kAddressBits);
  accumulator_scope.add_bus("row_read_data", row_read_data_, columns, machine_.accumulator.width_bits);
}

void Core::describe_port_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const {
  const int word = machine_.array.rows, weight_word = machine_.array.cols;
  const int beat = machine_.dma.bytes_per_cycle;
  const auto add_read = [&](WaveScope& scope, const std::string& name, const ReadPort& port, int lanes) {
    scope.add_signal(name + "_read_valid", port.valid);
    scope.add_signal(name + "_read_address", port.address, kAddressBits);
    scope.add_bus(name + "_read_data", port.data, lanes, 8);
  };
  const auto add_write = [&](WaveScope& scope, const WritePort& port, int lanes) {
    scope.add_signal("write_valid", port.valid);
    scope.add_signal("write_address", port.address, kAddressBits);
    scope.add_bus("write_data", port.data, lanes, 8);
    const sc_core::sc_signal<Lanes<std::uint8_t>>& data = port.data;
    scope.add("write_bytes", 16,
              [&data](std::uint64_t* words) { words[0] = static_cast<std::uint64_t>(data.read().size); });
  };
  WaveScope& feeder_scope = scope_of(path_of(feeder));
  add_read(feeder_scope, "act", feeder_act_, word);
  add_read(feeder_scope, "weight", feeder_weight_, weight_word);
  WaveScope& requant_scope = scope_of(path_of(requant));
  add_read(requant_scope, "parameter", requant_parameter_, isa::kParameterRecordBytes);
  add_write(requant_scope, requant_write_, word);
  WaveScope& vector_scope = scope_of(path_of(vector));
  add_read(vector_scope, "a", vector_a_, word);
  add_read(vector_scope, "b", vector_b_, word);
  add_read(vector_scope, "parameter", vector_parameter_, isa::kParameterRecordBytes);
  add_write(vector_scope, vector_write_, word);
  add_read(scope_of(path_of(store)), "act", store_act_, word);

  WaveScope& load_scope = scope_of(path_of(load));
  load_scope.add_signal("activations_write_valid", load_activations_valid_);
  load_scope.add_signal("weights_write_valid", load_weights_valid_);
  load_scope.add_signal("parameters_write_valid", load_parameters_valid_);
  load_scope.add_signal("write_address", load_address_, kAddressBits);
  load_scope.add_bus("write_data", load_data_, beat, 8);
}

}  // namespace intloom::hw
