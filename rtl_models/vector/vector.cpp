#include "rtl_models/vector/vector.h"

#include <fmt/format.h>

#include <algorithm>

namespace intloom::hw {

Vector::Vector(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine)
    : Block(name, context),
      machine_(machine),
      steps_q_(static_cast<std::size_t>(machine.scratchpad.read_latency_cycles) + 1),
      results_q_(static_cast<std::size_t>(machine.vector.latency_cycles) + 1) {}

void Vector::end_of_elaboration() { wake_on(start_valid_i.value_changed_event()); }

bool Vector::idle() const { return !active_q_ && !done_q_; }

void Vector::reset() {
  command_ = nullptr;
  active_q_ = last_written_q_ = done_q_ = false;
  parameter_valid_q_ = a_valid_q_ = b_valid_q_ = write_valid_q_ = false;
  records_q_.clear();
  age_q_ = 0;
  walk_q_ = {};
  for (VectorStep& step : steps_q_) step.valid = false;
  for (Result& result : results_q_) result.valid = false;
  done_o.write(false);
  parameter_read_valid_o.write(false);
  a_read_valid_o.write(false);
  b_read_valid_o.write(false);
  write_valid_o.write(false);
}

void Vector::tick() {
  if (done_q_) {
    done_q_ = false;
    done_o.write(false);
  }
  if (start_valid_i.read()) {
    start(start_command_i.read());
  } else if (active_q_) {
    capture_record();
  }
  if (!active_q_) return;

  drive_parameter_request();
  const VectorStep issued = issue_step();
  drive_reads(issued);
  const VectorStep arrived = steps_q_[steps_head_q_];
  steps_q_[steps_head_q_] = issued;
  steps_head_q_ = steps_head_q_ + 1 == steps_q_.size() ? 0 : steps_head_q_ + 1;

  execute(arrived, results_q_[results_head_q_]);
  results_head_q_ = results_head_q_ + 1 == results_q_.size() ? 0 : results_head_q_ + 1;
  drive_write(results_q_[results_head_q_]);
  if (active_q_) count_cycle(issued.valid);
}

void Vector::start(std::uint32_t command_index) {
  if (active_q_) {
    raise_fault(fmt::format("command {} started while command {} runs", command_index, command_index_));
    return;
  }
  command_ = std::get_if<isa::Vector>(&(*program_)[command_index].body);
  if (command_ == nullptr) {
    raise_fault(fmt::format("command {} is not a VECTOR", command_index));
    return;
  }
  const std::uint32_t needed = isa::records_needed(command_->op, machine_.vector.scaling);
  if (command_->parameter_records < needed) {
    raise_fault(fmt::format("command {}: {} takes {} parameter records, it has {}", command_index,
                            isa::vector_op_name(command_->op), needed, command_->parameter_records));
    return;
  }
  command_index_ = command_index;
  active_q_ = true;
  last_written_q_ = false;
  records_q_.clear();
  age_q_ = 0;
  walk_q_ = VectorWalk(*command_, machine_);
}

// The record requested `read latency + 1` edges ago arrives.
void Vector::capture_record() {
  if (records_q_.size() == command_->parameter_records) return;
  ++age_q_;
  if (age_q_ <= static_cast<std::uint32_t>(machine_.parameter_buffer.read_latency_cycles)) return;
  const std::uint8_t* bytes = parameter_read_data_i.read().lane;
  const std::size_t table_byte = records_q_.size() * isa::kParameterRecordBytes;
  if (command_->op == isa::VectorOp::lookup && table_byte < table_q_.size())
    std::copy_n(bytes, isa::kParameterRecordBytes, table_q_.data() + table_byte);
  records_q_.push_back(isa::read_parameter_record(bytes));
}

void Vector::drive_parameter_request() {
  const bool valid = age_q_ < command_->parameter_records;
  if (valid != parameter_valid_q_) parameter_read_valid_o.write(parameter_valid_q_ = valid);
  if (!valid) return;
  const auto offset = age_q_ * static_cast<std::uint32_t>(isa::kParameterRecordBytes);
  parameter_read_address_o.write(command_->parameter_address + offset);
  ++counted_.parameter_words;
}

VectorStep Vector::issue_step() {
  if (walk_q_.ended() || records_q_.size() < command_->parameter_records) return {};
  return walk_q_.next();
}

void Vector::drive_reads(const VectorStep& step) {
  const bool a_valid = step.valid && step.word_begins && step.inside;
  const bool b_valid = a_valid && isa::has_second_operand(command_->op);
  if (a_valid != a_valid_q_) a_read_valid_o.write(a_valid_q_ = a_valid);
  if (b_valid != b_valid_q_) b_read_valid_o.write(b_valid_q_ = b_valid);
  if (a_valid) {
    a_read_address_o.write(step.a_address);
    ++counted_.operand_words;
  }
  if (b_valid) {
    b_read_address_o.write(step.b_address);
    ++counted_.operand_words;
  }
}

void Vector::execute(const VectorStep& step, Result& result) {
  result.valid = step.valid && step.last_tap;
  if (!step.valid) return;
  if (step.word_begins && step.inside) {
    operands_q_.a = a_read_data_i.read();
    if (isa::has_second_operand(command_->op)) operands_q_.b = b_read_data_i.read();
  }
  if (isa::is_pool(command_->op)) take_tap(*command_, step, operands_q_);
  if (!step.last_tap) return;
  result.last = step.last;
  result.address = step.out_address;
  result.data.size = step.lanes;
  if (command_->op == isa::VectorOp::lookup) {
    look_up_chunk(table_q_, step, operands_q_, result.data.lane);
    counted_.lookups += step.lanes;
  } else {
    counted_.saturations += static_cast<std::uint64_t>(
        scale_chunk(*command_, machine_.vector.scaling, records_q_, step, operands_q_, result.data.lane));
  }
  counted_.elements += step.lanes;
}

void Vector::drive_write(const Result& result) {
  if (result.valid != write_valid_q_) write_valid_o.write(write_valid_q_ = result.valid);
  if (result.valid) {
    write_address_o.write(result.address);
    write_data_o.write(result.data);
    last_written_q_ = result.last;
  } else if (last_written_q_) {  // the scratchpad samples the last write at this edge
    last_written_q_ = active_q_ = false;
    done_o.write(done_q_ = true);
  }
}

void Vector::count_cycle(bool stepped) {
  if (stepped) {
    ++counted_.step_cycles;
  } else if (!walk_q_.ended()) {
    ++counted_.parameter_wait_cycles;
  } else {
    ++counted_.drain_cycles;
  }
}

void Vector::describe_waves(WaveScope& scope) const {
  scope.add("active_q", 1, [this](std::uint64_t* words) { words[0] = active_q_; });
  scope.add("op", 4, [this](std::uint64_t* words) {
    words[0] = command_ == nullptr ? 0 : static_cast<std::uint64_t>(command_->op);
  });
  scope.add("records_captured_q", 16, [this](std::uint64_t* words) { words[0] = records_q_.size() & 0xFFFFU; });
  scope.add("walk_ended", 1, [this](std::uint64_t* words) { words[0] = walk_q_.ended(); });
}

}  // namespace intloom::hw
