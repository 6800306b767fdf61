#include "rtl_models/dma/load_engine.h"

#include <algorithm>
#include <cstring>

#include "rtl_models/dma/transfer_fault.h"
#include "rtl_models/isa/buffer_layout.h"

namespace intloom::hw {

LoadEngine::LoadEngine(const sc_core::sc_module_name& name, MachineContext& context,
                       const isa::MachineDescription& machine)
    : Block(name, context),
      burst_bytes_(static_cast<std::uint32_t>(machine.memory.burst_bytes)),
      bytes_per_cycle_(static_cast<std::uint32_t>(machine.dma.bytes_per_cycle)),
      word_bytes_{isa::word_bytes(machine, isa::Buffer::activations), isa::word_bytes(machine, isa::Buffer::weights),
                  isa::word_bytes(machine, isa::Buffer::parameters)},
      channel_(memory_socket, context, machine, tlm::TLM_READ_COMMAND, counted_) {}

void LoadEngine::end_of_elaboration() {
  wake_on(start_valid_i->posedge_event());
  wake_on(channel_.progress_event());
}

void LoadEngine::reset() {
  active_ = false;
  channel_.reset();
  burst_valid_q_ = false;
  if (done_q_) done_o.write(done_q_ = false);
  write_valid(false);
}

void LoadEngine::tick() {
  if (done_q_) done_o.write(done_q_ = false);
  if (active_) {
    const std::int64_t cycle = context().cycle();
    // The last beat was written one edge ago: the buffer has sampled it by now.
    if (memory_.done() && channel_.empty()) {
      active_ = false;
      counted_.busy_cycles += static_cast<std::uint64_t>(cycle - start_cycle_);
      done_o.write(done_q_ = true);
    }
    issue_burst();  // before a beat frees a slot: the slot counts from the next edge on
    write_valid(write_beat(cycle));
  }
  if (start_valid_i.read()) start();
}

bool LoadEngine::idle() const {
  if (done_q_ || burst_valid_q_ || write_valid_q_) return false;
  if (!active_) return true;
  const bool may_issue = !memory_.done() && channel_.has_free_slot() && channel_.can_issue();
  return !may_issue && channel_.awaits_response();
}

void LoadEngine::start() {
  command_ = start_command_i.read();
  if (active_) return raise_fault(transfer_fault(*program_, command_, "started while the load channel is busy"));
  const auto& transfer = std::get<isa::Transfer>((*program_)[command_].body);
  buffer_ = transfer.buffer;
  memory_.start(transfer.memory_address, transfer.extents, transfer.memory_strides);
  buffer_walk_.start(transfer.buffer_address, transfer.extents, transfer.buffer_strides);
  burst_position_ = 0;
  start_cycle_ = context().cycle();
  ++counted_.commands;
  active_ = true;
}

void LoadEngine::issue_burst() {
  burst_valid_q_ = !memory_.done() && channel_.has_free_slot() && channel_.can_issue();
  if (!burst_valid_q_) return;
  const std::uint64_t address = memory_.address();
  const std::uint64_t to_boundary = burst_bytes_ - address % burst_bytes_;
  const auto bytes = static_cast<std::uint32_t>(std::min(memory_.run_left(), to_boundary));
  burst_address_q_ = address;
  burst_bytes_q_ = bytes;
  memory_.advance(bytes);
  channel_.claim(address, bytes);
  channel_.issue();
}

bool LoadEngine::write_beat(std::int64_t cycle) {
  const Burst* burst = channel_.oldest_ready(cycle);
  if (burst == nullptr) return false;
  if (!burst->payload.is_response_ok()) {
    raise_fault(transfer_fault(*program_, command_, burst->payload));
    return false;
  }
  const std::uint64_t address = buffer_walk_.address();
  const std::uint32_t word = word_bytes_[static_cast<int>(buffer_)];
  const std::uint64_t in_word = word - address % word;
  const std::uint32_t in_burst = std::min(bytes_per_cycle_, burst->bytes - burst_position_);
  const auto bytes = static_cast<std::uint32_t>(std::min({in_word, buffer_walk_.run_left(), std::uint64_t{in_burst}}));
  beat_.size = static_cast<int>(bytes);
  std::memcpy(beat_.lane, burst->data.data() + burst_position_, bytes);
  write_address_o.write(static_cast<std::uint32_t>(address));
  write_data_o.write(beat_);
  buffer_walk_.advance(bytes);
  ++counted_.beats;
  burst_position_ += bytes;
  if (burst_position_ == burst->bytes) {
    burst_position_ = 0;
    channel_.retire();
  }
  return true;
}

void LoadEngine::write_valid(bool valid) {
  if (valid == write_valid_q_) return;
  write_valid_q_ = valid;
  sc_core::sc_out<bool>& port = buffer_ == isa::Buffer::activations ? activations_write_valid_o
                                : buffer_ == isa::Buffer::weights   ? weights_write_valid_o
                                                                    : parameters_write_valid_o;
  port.write(valid);
}

void LoadEngine::describe_waves(WaveScope& scope) const {
  scope.add("busy", 1, [this](std::uint64_t* words) { words[0] = active_ ? 1 : 0; });
  scope.add("burst_valid", 1, [this](std::uint64_t* words) { words[0] = burst_valid_q_ ? 1 : 0; });
  scope.add("burst_address", 64, [this](std::uint64_t* words) { words[0] = burst_address_q_; });
  scope.add("burst_bytes", 32, [this](std::uint64_t* words) { words[0] = burst_bytes_q_; });
  scope.add("burst_slots", 16, [this](std::uint64_t* words) { words[0] = channel_.claimed(); });
}

}  // namespace intloom::hw
