#include "rtl_models/feeder/feeder.h"

#include <fmt/format.h>

#include <algorithm>

#include "rtl_models/feeder/operands.h"
#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"

namespace intloom::hw {

namespace {

int slower_latency(const isa::MachineDescription& machine) {
  return std::max(machine.scratchpad.read_latency_cycles, machine.weight_buffer.read_latency_cycles);
}

}  // namespace

Feeder::Feeder(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine)
    : Block(name, context),
      machine_(machine),
      activation_request_(slower_latency(machine) - machine.scratchpad.read_latency_cycles),
      activation_data_(slower_latency(machine) + 1),
      weight_request_(slower_latency(machine) - machine.weight_buffer.read_latency_cycles),
      weight_data_(slower_latency(machine) + 1),
      act_row_(machine.array.rows),
      weight_lanes_(machine.array.cols) {}

void Feeder::end_of_elaboration() {
  wake_on(start_valid_i.value_changed_event());
  wake_on(rst_ni.value_changed_event());
}

void Feeder::reset() {
  busy_ = false;
  exec_ = nullptr;
  activation_walk_.stop();
  weight_walk_.stop();
  activation_request_.clear();
  activation_data_.clear();
  weight_request_.clear();
  weight_data_.clear();
  for (Flag* flag : {&feed_done_, &act_read_valid_, &weight_read_valid_, &act_valid_, &act_swap_, &weight_valid_,
                     &weight_diagonal_, &weight_last_})
    flag->write(false);
  phases_.enter(Phase::idle, [this] { return context().cycle(); });
  quiet_ = true;
}

void Feeder::tick() {
  const bool start_now = start_valid_i.read();
  if (busy_) {
    // The activations see the weights requested at earlier edges, the weights the activations of this one (F3, F4).
    const ActivationStep activation = activation_walk_.step(weight_walk_.blocks_complete());
    const WeightStep weights = weight_walk_.step(activation_walk_.blocks_started());
    request(activation_request_.shift(activation), weight_request_.shift(weights));
    deliver(weight_data_.shift(weights));
    deliver(activation_data_.shift(activation));
  } else {
    feed_done_.write(false);
    act_valid_.write(false);
    act_swap_.write(false);
    phases_.enter(Phase::idle, [this] { return context().cycle(); });
  }
  if (start_now) start();
  quiet_ = !busy_ && !feed_done_.value() && !act_valid_.value();
}

void Feeder::start() {
  const std::uint32_t index = start_command_i.read();
  if (busy_) return raise_fault(fmt::format("EXEC of command {} started while another one runs", index));
  if (program_ == nullptr || index >= program_->size())
    return raise_fault(fmt::format("start of command {} of a program of {}", index, program_ ? program_->size() : 0));
  const auto* exec = std::get_if<isa::Exec>(&(*program_)[index].body);
  if (exec == nullptr) return raise_fault(fmt::format("start of command {}, which is no EXEC", index));
  const bool folded = machine_.array.zero_point == isa::ZeroPoint::folded;
  exec_ = exec;
  zx_ = folded ? std::int16_t{0} : exec->zx;
  zw_ = folded ? std::int16_t{0} : exec->zw;
  pad_ = folded ? exec->pad_value : std::int16_t{0};
  const auto rows = static_cast<std::uint32_t>(machine_.array.rows);
  const auto group = static_cast<std::uint32_t>(isa::group_channels(*exec, machine_));
  activation_walk_.start(*exec, rows, group);
  weight_walk_.start(*exec, rows, group, isa::word_bytes(machine_, isa::Buffer::weights));
  busy_ = true;
  ++counted_.commands;
}

void Feeder::request(const ActivationStep& activation, const WeightStep& weights) {
  const bool read = activation.kind == ActivationStep::Kind::read;
  act_read_valid_.write(read);
  if (read) {
    act_read_address_o.write(activation.address);
    ++counted_.activation_reads;
  }
  weight_read_valid_.write(weights.valid);
  if (weights.valid) {
    weight_read_address_o.write(weights.address);
    ++counted_.weight_reads;
  }
}

void Feeder::deliver(const WeightStep& step) {
  weight_valid_.write(step.valid);
  weight_last_.write(step.last);
  if (!step.valid) return;
  weight_diagonal_.write(step.diagonal);
  weight_row_o.write(step.row);
  make_operands(weight_read_data_i.read().lane, exec_->weights_signed, zw_, step.columns, weight_lanes_.size,
                weight_lanes_.lane);
  weight_data_o.write(weight_lanes_);
}

void Feeder::deliver(const ActivationStep& step) {
  using Kind = ActivationStep::Kind;
  const bool row = step.kind == Kind::read || step.kind == Kind::padding;
  act_valid_.write(row);
  act_swap_.write(step.swap);
  const Phase phase = row ? Phase::compute : step.kind == Kind::waiting ? Phase::weights : Phase::fill_drain;
  phases_.enter(phase, [this] { return context().cycle(); });
  if (!row) return;
  if (step.kind == Kind::read) {
    make_operands(act_read_data_i.read().lane, exec_->x.is_signed, zx_, step.channels, act_row_.size, act_row_.lane);
    counted_.useful_macs += step.macs;
  } else {
    std::fill_n(act_row_.lane, step.channels, pad_);
    std::fill(act_row_.lane + step.channels, act_row_.lane + act_row_.size, std::int16_t{0});
    counted_.padding_macs += step.macs;
    ++counted_.padding_rows;
  }
  counted_.blocks += step.swap ? 1U : 0U;
  act_data_o.write(act_row_);
  act_tag_o.write(step.tag);
  if (!step.last) return;
  feed_done_.write(true);
  busy_ = false;
}

std::vector<Counter> Feeder::counters() const {
  FeederCounters counters = counted_;
  counters.compute_cycles = phase_cycles(Phase::compute);
  counters.weights_cycles = phase_cycles(Phase::weights);
  counters.fill_drain_cycles = phase_cycles(Phase::fill_drain);
  return counters.list();
}

void Feeder::describe_waves(WaveScope& scope) const {
  scope.add("phase_q", 2, [this](std::uint64_t* words) { words[0] = static_cast<std::uint64_t>(phases_.current()); });
  scope.add("block_q", 32, [this](std::uint64_t* words) { words[0] = activation_walk_.blocks_started(); });
}

}  // namespace intloom::hw
