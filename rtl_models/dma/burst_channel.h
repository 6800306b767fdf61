// One channel to memory: a ring of bursts with their payloads, issued and retired in order, at most
// `outstanding_bursts` at once. Payloads and their data are allocated once.
//
// Speaks the TLM-2.0 base protocol as an initiator of non-blocking transport. A response may come in any order and
// with an annotated delay; the channel hands bursts back in order, at the first core edge strictly after the response.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/dma_counters.h"

namespace intloom::hw {

class BurstChannel;
using BurstSocket = tlm_utils::simple_initiator_socket<BurstChannel>;

// Which slot of its channel a payload belongs to: the tag that a memory returns with the response.
struct BurstTag : tlm::tlm_extension<BurstTag> {
  explicit BurstTag(int slot_number) : slot(slot_number) {}
  tlm::tlm_extension_base* clone() const override { return new BurstTag(slot); }
  void copy_from(const tlm::tlm_extension_base& other) override { slot = static_cast<const BurstTag&>(other).slot; }
  int slot;
};

struct Burst {
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  tlm::tlm_generic_payload payload;
  std::vector<unsigned char> data;
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::int64_t issue_cycle = 0;
  std::int64_t ready_cycle = kNever;  // the edge from which on the response may be used
};

class BurstChannel : private tlm::tlm_mm_interface {
 public:
  // Bursts and what they took are counted in `counted`, which outlives the channel.
  BurstChannel(BurstSocket& socket, MachineContext& context, const isa::MachineDescription& machine,
               tlm::tlm_command command, DmaCounters& counted);
  ~BurstChannel() override;

  void reset();  // bursts in flight are forgotten: the memory is restarted too

  bool has_free_slot() const { return claimed_ < slots_.size(); }
  Burst& claim(std::uint64_t address, std::uint32_t bytes);  // takes a free slot
  bool can_issue() const { return !request_pending_; }       // the memory has taken the request before
  Burst& next_to_issue() { return *slots_[issue_]; }
  void issue();  // the oldest claimed burst that is not issued yet

  // The oldest burst, if its response may be used at edge `cycle`, else nullptr.
  Burst* oldest_ready(std::int64_t cycle) {
    return claimed_ != 0 && slots_[oldest_]->ready_cycle <= cycle ? slots_[oldest_].get() : nullptr;
  }
  // True while the oldest burst waits for a response of which nothing is known yet.
  bool awaits_response() const { return claimed_ != 0 && slots_[oldest_]->ready_cycle == Burst::kNever; }
  void retire();  // frees the oldest burst's slot

  bool empty() const { return claimed_ == 0; }
  std::size_t claimed() const { return claimed_; }
  const sc_core::sc_event& progress_event() const {
    return progress_event_;
  }  // a response came, or a request was taken

 private:
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void respond(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  void free(tlm::tlm_generic_payload* payload) override;
  std::size_t after(std::size_t slot) const { return slot + 1 == slots_.size() ? 0 : slot + 1; }

  BurstSocket& socket_;
  MachineContext& context_;
  DmaCounters& counted_;
  std::vector<std::unique_ptr<Burst>> slots_;
  std::size_t oldest_ = 0, issue_ = 0, claim_ = 0, claimed_ = 0;
  bool request_pending_ = false;
  sc_core::sc_event progress_event_;

  std::uint64_t responses_ = 0;
};

}  // namespace intloom::hw
