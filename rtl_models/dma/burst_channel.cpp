#include "rtl_models/dma/burst_channel.h"

#include <algorithm>

namespace intloom::hw {

BurstChannel::BurstChannel(BurstSocket& socket, MachineContext& context, const isa::MachineDescription& machine,
                           tlm::tlm_command command, DmaCounters& counted)
    : socket_(socket), context_(context), counted_(counted) {
  socket_.register_nb_transport_bw(this, &BurstChannel::nb_transport_bw);
  for (int i = 0; i < machine.dma.outstanding_bursts; ++i) {
    slots_.push_back(std::make_unique<Burst>());
    Burst& burst = *slots_.back();
    burst.data.resize(static_cast<std::size_t>(machine.memory.burst_bytes));
    burst.payload.set_mm(this);
    burst.payload.set_extension(new BurstTag(i));
    burst.payload.set_command(command);
    burst.payload.set_data_ptr(burst.data.data());
    burst.payload.set_byte_enable_ptr(nullptr);
    burst.payload.set_dmi_allowed(false);
  }
}

BurstChannel::~BurstChannel() = default;

void BurstChannel::reset() {
  while (!empty()) retire();
  oldest_ = issue_ = claim_ = 0;
  request_pending_ = false;
}

Burst& BurstChannel::claim(std::uint64_t address, std::uint32_t bytes) {
  Burst& burst = *slots_[claim_];
  claim_ = after(claim_);
  counted_.outstanding_peak = std::max<std::uint64_t>(counted_.outstanding_peak, ++claimed_);
  burst.address = address;
  burst.bytes = bytes;
  burst.ready_cycle = Burst::kNever;
  burst.payload.acquire();
  return burst;
}

void BurstChannel::issue() {
  Burst& burst = *slots_[issue_];
  issue_ = after(issue_);
  burst.issue_cycle = context_.cycle();
  burst.payload.set_address(burst.address);
  burst.payload.set_data_length(burst.bytes);
  burst.payload.set_streaming_width(burst.bytes);
  burst.payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  ++counted_.bursts;
  counted_.bytes += burst.bytes;

  request_pending_ = true;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  switch (socket_->nb_transport_fw(burst.payload, phase, delay)) {
    case tlm::TLM_ACCEPTED:
      break;
    case tlm::TLM_UPDATED:
      request_pending_ = false;
      if (phase == tlm::BEGIN_RESP) {
        respond(burst.payload, delay);
        phase = tlm::END_RESP;
        delay = sc_core::SC_ZERO_TIME;
        socket_->nb_transport_fw(burst.payload, phase, delay);
      }
      break;
    case tlm::TLM_COMPLETED:
      request_pending_ = false;
      respond(burst.payload, delay);
      break;
  }
}

tlm::tlm_sync_enum BurstChannel::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                 sc_core::sc_time& delay) {
  request_pending_ = false;  // END_REQ, or a response, which implies it
  progress_event_.notify(sc_core::SC_ZERO_TIME);
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  respond(payload, delay);
  return tlm::TLM_COMPLETED;
}

void BurstChannel::respond(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay) {
  const BurstTag* tag = payload.get_extension<BurstTag>();
  Burst& burst = *slots_[static_cast<std::size_t>(tag->slot)];
  const auto time = (sc_core::sc_time_stamp() + delay).value();
  burst.ready_cycle = static_cast<std::int64_t>(time / context_.clock_period().value()) + 1;

  const auto latency = static_cast<std::uint64_t>(burst.ready_cycle - burst.issue_cycle);
  counted_.latency_min = responses_ == 0 ? latency : std::min(counted_.latency_min, latency);
  counted_.latency_max = std::max(counted_.latency_max, latency);
  counted_.latency_sum += latency;
  ++responses_;
}

void BurstChannel::retire() {
  Burst& burst = *slots_[oldest_];
  oldest_ = after(oldest_);
  --claimed_;
  burst.payload.release();
}

void BurstChannel::free(tlm::tlm_generic_payload* payload) { payload->reset(); }

}  // namespace intloom::hw
