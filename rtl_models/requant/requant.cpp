#include "rtl_models/requant/requant.h"

#include <fmt/format.h>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/arith/requantize.h"

namespace intloom::hw {

Requant::Requant(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine)
    : Block(name, context),
      machine_(machine),
      fetch_(machine.parameter_buffer.read_latency_cycles),
      results_q_(static_cast<std::size_t>(machine.requant.latency_cycles) + 1) {}

void Requant::end_of_elaboration() { wake_on(start_valid_i.value_changed_event()); }

bool Requant::idle() const { return !active_q_ && !done_q_; }

void Requant::reset() {
  command_ = nullptr;
  active_q_ = last_written_q_ = done_q_ = false;
  row_valid_q_ = parameter_valid_q_ = write_valid_q_ = false;
  fetch_.reset();
  chunk_q_ = {};
  rows_left_q_ = chunk_number_q_ = 0;
  rows_q_.fill({});
  for (Result& result : results_q_) result.valid = false;
  done_o.write(false);
  row_read_valid_o.write(false);
  parameter_read_valid_o.write(false);
  write_valid_o.write(false);
}

void Requant::tick() {
  if (done_q_) {
    done_q_ = false;
    done_o.write(false);
  }
  if (start_valid_i.read()) {
    start(start_command_i.read());
  } else if (active_q_) {
    fetch_.advance(parameter_read_data_i.read());
  }
  if (!active_q_) return;

  finish_row(rows_q_[1], results_q_[head_q_]);  // before anything of this edge changes the parameters
  if (rows_left_q_ == 0 && fetch_.complete()) begin_chunk();
  rows_q_[1] = rows_q_[0];
  rows_q_[0] = request_row();
  drive_parameter_request();
  head_q_ = head_q_ + 1 == results_q_.size() ? 0 : head_q_ + 1;
  drive_write(results_q_[head_q_]);
  if (active_q_) count_cycle(rows_q_[0].valid);
}

void Requant::start(std::uint32_t command_index) {
  if (active_q_) {
    raise_fault(fmt::format("command {} started while another one runs", command_index));
    return;
  }
  command_ = std::get_if<isa::Requant>(&(*program_)[command_index].body);
  if (command_ == nullptr) {
    raise_fault(fmt::format("command {} is not a REQUANT", command_index));
    return;
  }
  active_q_ = true;
  last_written_q_ = false;
  chunk_number_q_ = 0;
  rows_left_q_ = 0;
  fetch_.begin(*command_, requant_chunk_at(*command_, machine_, 0));
}

void Requant::begin_chunk() {
  chunk_q_ = fetch_.chunk();
  set_q_ = fetch_.swap();
  ++chunk_number_q_;
  rows_left_q_ = command_->out.height * command_->out.width;
  pixel_q_ = x_q_ = 0;
  address_q_ = line_address_q_ = chunk_q_.address;
  fetch_.begin(*command_, requant_chunk_at(*command_, machine_, chunk_q_.channel + chunk_q_.lanes));
}

Requant::RowInFlight Requant::request_row() {
  RowInFlight row;
  row.valid = rows_left_q_ != 0;
  if (row.valid != row_valid_q_) row_read_valid_o.write(row_valid_q_ = row.valid);
  if (!row.valid) return row;
  row_read_bank_o.write(static_cast<std::uint8_t>(command_->acc_bank));
  row_read_row_o.write(chunk_q_.row + pixel_q_);
  --rows_left_q_;
  row.last = rows_left_q_ == 0 && chunk_q_.channel + chunk_q_.lanes == command_->channels;
  row.set = set_q_;
  row.column = chunk_q_.column;
  row.lanes = chunk_q_.lanes;
  row.address = address_q_;
  ++pixel_q_;
  address_q_ += command_->out.pixel_pitch;
  if (++x_q_ == command_->out.width) {
    x_q_ = 0;
    line_address_q_ += command_->out.row_pitch;
    address_q_ = line_address_q_;
  }
  return row;
}

void Requant::drive_parameter_request() {
  const bool valid = fetch_.requests();
  if (valid != parameter_valid_q_) parameter_read_valid_o.write(parameter_valid_q_ = valid);
  if (!valid) return;
  parameter_read_address_o.write(fetch_.address());
  ++counted_.parameter_words;
}

void Requant::finish_row(const RowInFlight& row, Result& result) {
  result.valid = row.valid;
  if (!row.valid) return;
  const Lanes<std::int64_t>& sums = row_read_data_i.read();
  const RequantParameters& parameters = fetch_.set(row.set);
  const auto lanes = static_cast<int>(row.lanes);
  std::int64_t x[isa::kMaxLanes], y[isa::kMaxLanes];
  for (int i = 0; i < lanes; ++i) x[i] = sums[static_cast<int>(row.column) + i] + parameters.bias[i];
  const isa::ScalingDescription& scaling = machine_.requant.scaling;
  arith::scale_lanes(scaling, x, parameters.m0.data(), parameters.n.data(), lanes, y);
  const arith::OutputRange range{command_->zy, command_->lo, command_->hi, command_->out.is_signed,
                                 scaling.out_of_range};
  result.last = row.last;
  result.address = row.address;
  result.data.size = lanes;
  counted_.saturations += static_cast<std::uint64_t>(arith::to_output(range, y, lanes, result.data.lane));
  counted_.elements += row.lanes;
}

void Requant::drive_write(const Result& result) {
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

void Requant::count_cycle(bool row_requested) {
  if (row_requested) {
    ++counted_.row_cycles;
  } else if (fetch_.chunk().lanes != 0) {
    ++counted_.parameter_wait_cycles;
  } else {
    ++counted_.drain_cycles;
  }
}

void Requant::describe_waves(WaveScope& scope) const {
  scope.add("active_q", 1, [this](std::uint64_t* words) { words[0] = active_q_; });
  scope.add("chunk_number_q", 16, [this](std::uint64_t* words) { words[0] = chunk_number_q_ & 0xFFFFU; });
  scope.add("chunk_channel_q", 16, [this](std::uint64_t* words) { words[0] = chunk_q_.channel & 0xFFFFU; });
  scope.add("rows_left_q", 32, [this](std::uint64_t* words) { words[0] = rows_left_q_; });
  scope.add("parameters_ready", 1, [this](std::uint64_t* words) { words[0] = fetch_.complete(); });
}

}  // namespace intloom::hw
