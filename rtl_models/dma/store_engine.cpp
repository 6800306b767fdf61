#include "rtl_models/dma/store_engine.h"

#include <algorithm>
#include <cstring>

#include "rtl_models/dma/transfer_fault.h"
#include "rtl_models/isa/buffer_layout.h"

namespace intloom::hw {

StoreEngine::StoreEngine(const sc_core::sc_module_name& name, MachineContext& context,
                         const isa::MachineDescription& machine)
    : Block(name, context),
      burst_bytes_(static_cast<std::uint32_t>(machine.memory.burst_bytes)),
      bytes_per_cycle_(static_cast<std::uint32_t>(machine.dma.bytes_per_cycle)),
      word_bytes_(isa::word_bytes(machine, isa::Buffer::activations)),
      reads_(static_cast<std::size_t>(machine.scratchpad.read_latency_cycles) + 1),
      channel_(memory_socket, context, machine, tlm::TLM_WRITE_COMMAND, counted_) {}

void StoreEngine::end_of_elaboration() {
  wake_on(start_valid_i->posedge_event());
  wake_on(channel_.progress_event());
}

void StoreEngine::reset() {
  active_ = false;
  channel_.reset();
  gathering_ = nullptr;
  std::fill(reads_.begin(), reads_.end(), Read{});
  reads_in_flight_ = complete_bursts_ = 0;
  burst_valid_q_ = false;
  if (done_q_) done_o.write(done_q_ = false);
  write_read_valid(false);
}

void StoreEngine::tick() {
  if (done_q_) done_o.write(done_q_ = false);
  if (active_) {
    Read& arriving = reads_[read_index_];  // the request of this edge takes its place
    if (arriving.burst != nullptr) take_word(arriving);
    arriving = Read{};
    issue_burst();
    write_read_valid(request_word());  // before a response frees a slot: the slot counts from the next edge on
    read_index_ = read_index_ + 1 == reads_.size() ? 0 : read_index_ + 1;
    use_response(context().cycle());
  }
  if (start_valid_i.read()) start();
}

bool StoreEngine::can_request() const { return gathering_ != nullptr || (!memory_.done() && channel_.has_free_slot()); }

bool StoreEngine::idle() const {
  if (done_q_ || burst_valid_q_ || read_valid_q_) return false;
  if (!active_) return true;
  if (reads_in_flight_ != 0 || can_request() || (complete_bursts_ != 0 && channel_.can_issue())) return false;
  return channel_.awaits_response();
}

void StoreEngine::start() {
  command_ = start_command_i.read();
  if (active_) return raise_fault(transfer_fault(*program_, command_, "started while the store channel is busy"));
  const auto& transfer = std::get<isa::Transfer>((*program_)[command_].body);
  memory_.start(transfer.memory_address, transfer.extents, transfer.memory_strides);
  buffer_walk_.start(transfer.buffer_address, transfer.extents, transfer.buffer_strides);
  start_cycle_ = context().cycle();
  ++counted_.commands;
  active_ = true;
}

bool StoreEngine::request_word() {
  if (!can_request()) return false;
  if (gathering_ == nullptr) {
    const std::uint64_t to_boundary = burst_bytes_ - memory_.address() % burst_bytes_;
    const auto burst_length = static_cast<std::uint32_t>(std::min(memory_.run_left(), to_boundary));
    gathering_ = &channel_.claim(memory_.address(), burst_length);
    gather_position_ = 0;
    memory_.advance(burst_length);
  }
  const auto address = static_cast<std::uint32_t>(buffer_walk_.address());
  const std::uint32_t first = address % word_bytes_;
  const std::uint32_t in_burst = std::min(bytes_per_cycle_, gathering_->bytes - gather_position_);
  const auto bytes = static_cast<std::uint32_t>(
      std::min({std::uint64_t{word_bytes_ - first}, buffer_walk_.run_left(), std::uint64_t{in_burst}}));
  act_read_address_o.write(address - first);
  buffer_walk_.advance(bytes);
  ++counted_.beats;
  const bool last = gather_position_ + bytes == gathering_->bytes;
  reads_[read_index_] = Read{gathering_, gather_position_, first, bytes, last};
  ++reads_in_flight_;
  gather_position_ += bytes;
  if (last) gathering_ = nullptr;
  return true;
}

void StoreEngine::take_word(const Read& read) {
  const Lanes<std::uint8_t>& word = act_read_data_i.read();
  std::memcpy(read.burst->data.data() + read.position, word.lane + read.first, read.bytes);
  --reads_in_flight_;
  if (read.last) ++complete_bursts_;
}

void StoreEngine::issue_burst() {
  burst_valid_q_ = complete_bursts_ != 0 && channel_.can_issue();
  if (!burst_valid_q_) return;
  burst_address_q_ = channel_.next_to_issue().address;
  burst_bytes_q_ = channel_.next_to_issue().bytes;
  --complete_bursts_;
  channel_.issue();
}

void StoreEngine::use_response(std::int64_t cycle) {
  const Burst* burst = channel_.oldest_ready(cycle);
  if (burst == nullptr) return;
  if (!burst->payload.is_response_ok()) return raise_fault(transfer_fault(*program_, command_, burst->payload));
  channel_.retire();
  if (!memory_.done() || !channel_.empty()) return;
  active_ = false;
  counted_.busy_cycles += static_cast<std::uint64_t>(cycle - start_cycle_);
  done_o.write(done_q_ = true);
}

void StoreEngine::write_read_valid(bool valid) {
  if (valid == read_valid_q_) return;
  read_valid_q_ = valid;
  act_read_valid_o.write(valid);
}

void StoreEngine::describe_waves(WaveScope& scope) const {
  scope.add("busy", 1, [this](std::uint64_t* words) { words[0] = active_ ? 1 : 0; });
  scope.add("burst_valid", 1, [this](std::uint64_t* words) { words[0] = burst_valid_q_ ? 1 : 0; });
  scope.add("burst_address", 64, [this](std::uint64_t* words) { words[0] = burst_address_q_; });
  scope.add("burst_bytes", 32, [this](std::uint64_t* words) { words[0] = burst_bytes_q_; });
  scope.add("burst_slots", 16, [this](std::uint64_t* words) { words[0] = channel_.claimed(); });
}

}  // namespace intloom::hw
