// Drives a SimpleMemory alone: requests at given times, the times and data of the responses.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "rtl_models/block/simulation_context.h"
#include "rtl_models/memory/simple_memory.h"

namespace intloom::hw::test {

struct Access {
  bool write = false;
  int core = 0;
  std::int64_t time_ps = 0;
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::vector<std::uint8_t> data;  // to write, or as read
  std::int64_t response_ps = -1;
  tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
};

class Initiator : public sc_core::sc_module, public tlm::tlm_mm_interface {
 public:
  using Socket = tlm_utils::simple_initiator_socket_tagged<Initiator>;

  Initiator(const sc_core::sc_module_name& name, int cores)
      : sc_module(name),
        load("load", static_cast<std::size_t>(cores)),
        store("store", static_cast<std::size_t>(cores)) {
    for (auto* sockets : {&load, &store})
      for (auto& socket : *sockets) socket.register_nb_transport_bw(this, &Initiator::nb_transport_bw, 0);
    SC_HAS_PROCESS(Initiator);
    SC_METHOD(issue);
    sensitive << next_;
    dont_initialize();
  }

  // `accesses` in the order in which the simulator happens to run their processes; times relative to now.
  void start(std::vector<Access>& accesses) {
    accesses_ = &accesses;
    base_ = sc_core::sc_time_stamp();
    payloads_.clear();
    for (Access& access : accesses) {
      access.data.resize(access.bytes);
      payloads_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
      tlm::tlm_generic_payload& payload = *payloads_.back();
      payload.set_command(access.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
      payload.set_address(access.address);
      payload.set_data_ptr(access.data.data());
      payload.set_data_length(access.bytes);
      payload.set_streaming_width(access.bytes);
      payload.set_byte_enable_ptr(nullptr);
      payload.acquire();
    }
    issued_.assign(accesses.size(), false);
    next_.notify(sc_core::SC_ZERO_TIME);
  }

  sc_core::sc_vector<Socket> load, store;

 private:
  std::int64_t now_ps() const {
    return static_cast<std::int64_t>((sc_core::sc_time_stamp() - base_).to_seconds() * 1e12 + 0.5);
  }

  void issue() {
    std::int64_t next = -1;
    for (std::size_t i = 0; i < accesses_->size(); ++i) {
      const Access& access = (*accesses_)[i];
      if (issued_[i]) continue;
      if (access.time_ps > now_ps()) {
        if (next < 0 || access.time_ps < next) next = access.time_ps;
        continue;
      }
      issued_[i] = true;
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      auto& socket = (access.write ? store : load)[static_cast<std::size_t>(access.core)];
      if (socket->nb_transport_fw(*payloads_[i], phase, delay) != tlm::TLM_UPDATED || phase != tlm::END_REQ)
        SC_REPORT_ERROR("initiator", "request not accepted at once");
    }
    if (next >= 0) next_.notify(sc_core::sc_time(static_cast<double>(next - now_ps()), sc_core::SC_PS));
  }

  tlm::tlm_sync_enum nb_transport_bw(int, tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
    for (std::size_t i = 0; i < payloads_.size(); ++i) {
      if (payloads_[i].get() != &payload) continue;
      (*accesses_)[i].response_ps = now_ps();
      (*accesses_)[i].status = payload.get_response_status();
    }
    return tlm::TLM_COMPLETED;
  }

  void free(tlm::tlm_generic_payload*) override {}

  std::vector<Access>* accesses_ = nullptr;
  sc_core::sc_time base_;
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> payloads_;
  std::vector<bool> issued_;
  sc_core::sc_event next_;
};

class MemoryBench {
 public:
  explicit MemoryBench(const isa::MachineDescription& machine, int cores = 1)
      : context(sc_core::sc_time(machine.clock_period_ps, sc_core::SC_PS)),
        memory("memory", context, machine, cores),
        initiator("initiator", cores) {
    for (std::size_t core = 0; core < static_cast<std::size_t>(cores); ++core) {
      initiator.load[core].bind(memory.load_socket[core]);
      initiator.store[core].bind(memory.store_socket[core]);
    }
  }

  // Runs until long after the last response.
  void run(std::vector<Access>& accesses) {
    initiator.start(accesses);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
  }

  std::uint64_t counter(const std::string& name) const {
    for (const Counter& counter : memory.counters())
      if (counter.name == name) return counter.value;
    throw std::out_of_range(name);
  }

  SimulationContext simulation;
  MachineContext context;
  SimpleMemory memory;
  Initiator initiator;
};

}  // namespace intloom::hw::test
