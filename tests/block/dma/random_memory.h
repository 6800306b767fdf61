// A memory with random response times for tests of the DMA alone: any latency, any of the base protocol's ways to
// accept and to answer, in order or not. Storage and protocol are its own.
#pragma once

#include <tlm_utils/passthrough_target_socket.h>

#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <systemc>
#include <tlm>
#include <vector>

#include "tests/block/dma/dma_bench.h"

namespace intloom::hw::test {

struct RandomMemoryOptions {
  unsigned seed = 1;
  int max_latency_cycles = 30;
  bool in_order = true;
  bool all_protocols = false;  // else: accepted at once, answered by BEGIN_RESP
};

struct BurstRecord {
  bool write = false;
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::int64_t issue_cycle = 0;
  std::int64_t usable_cycle = 0;  // first core edge after the response
};

class RandomMemory : public sc_core::sc_module, public DmaMemory {
 public:
  RandomMemory(const sc_core::sc_module_name& name, MachineContext& context, const RandomMemoryOptions& options,
               std::size_t bytes)
      : sc_module(name), storage(bytes), context_(context), options_(options), random_(options.seed) {
    load_socket.register_nb_transport_fw(this, &RandomMemory::load_request);
    store_socket.register_nb_transport_fw(this, &RandomMemory::store_request);
    SC_HAS_PROCESS(RandomMemory);
    SC_METHOD(act);
    sensitive << event_;
    dont_initialize();
  }

  void bind(BurstSocket& load, BurstSocket& store) override {
    load.bind(load_socket);
    store.bind(store_socket);
  }
  void write(std::uint64_t address, const std::vector<std::uint8_t>& bytes) override {
    std::copy(bytes.begin(), bytes.end(), storage.begin() + static_cast<std::ptrdiff_t>(address));
  }
  std::vector<std::uint8_t> read(std::uint64_t address, std::uint64_t size) override {
    const auto first = storage.begin() + static_cast<std::ptrdiff_t>(address);
    return {first, first + static_cast<std::ptrdiff_t>(size)};
  }
  void restart() override {}

  std::vector<BurstRecord> bursts;
  std::set<const tlm::tlm_generic_payload*> payloads;
  std::vector<std::uint8_t> storage;
  tlm_utils::passthrough_target_socket<RandomMemory> load_socket{"load_socket"}, store_socket{"store_socket"};

 private:
  struct Event {
    sc_core::sc_time time;
    tlm::tlm_generic_payload* payload;
    bool store, is_response;
    sc_core::sc_time delay;  // annotated
  };

  std::uint64_t pick(std::uint64_t low, std::uint64_t high) {
    return std::uniform_int_distribution<std::uint64_t>(low, high)(random_);
  }
  static sc_core::sc_time ps(std::uint64_t value) {
    return sc_core::sc_time(static_cast<double>(value), sc_core::SC_PS);
  }

  tlm::tlm_sync_enum load_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    return request(payload, phase, delay, false);
  }
  tlm::tlm_sync_enum store_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    return request(payload, phase, delay, true);
  }

  tlm::tlm_sync_enum request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay,
                             bool store) {
    if (phase == tlm::END_RESP) return tlm::TLM_COMPLETED;
    payloads.insert(&payload);
    const std::uint64_t period = context_.clock_period().value();
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    sc_core::sc_time response = now + ps(pick(0, static_cast<std::uint64_t>(options_.max_latency_cycles) * period));
    sc_core::sc_time& last = last_response_[store ? 1 : 0];
    if (options_.in_order && response <= last) response = last + ps(1);
    last = response;
    bursts.push_back({store, payload.get_address(), payload.get_data_length(), context_.cycle(),
                      static_cast<std::int64_t>(response.value() / period) + 1});
    // Writes take effect in the order of the requests, so that bursts of a STORE may overlap.
    if (store) move(payload);
    const std::uint64_t way = options_.all_protocols ? pick(0, 4) : 0;
    if (way >= 3) {  // answered on the spot, with the response's time annotated
      if (!store) move(payload);
      delay = response - now;
      phase = tlm::BEGIN_RESP;
      return way == 3 ? tlm::TLM_UPDATED : tlm::TLM_COMPLETED;
    }
    const sc_core::sc_time annotated =
        options_.all_protocols ? ps(pick(0, (response - now).value())) : sc_core::SC_ZERO_TIME;
    events_.push_back({response - annotated, &payload, store, true, annotated});
    if (way == 1)
      events_.push_back({now + ps(pick(0, (response - annotated - now).value())), &payload, store, false, {}});
    next();
    if (way != 0) return tlm::TLM_ACCEPTED;  // 1: END_REQ comes later; 2: the response implies it
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }

  void move(tlm::tlm_generic_payload& payload) {
    const auto address = static_cast<std::size_t>(payload.get_address());
    for (std::size_t i = 0; i < payload.get_data_length(); ++i) {
      if (payload.is_read())
        payload.get_data_ptr()[i] = storage.at(address + i);
      else
        storage.at(address + i) = payload.get_data_ptr()[i];
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  void act() {
    // An END_REQ at the instant of its response was pushed later: requests are ended first.
    for (const bool responses : {false, true}) {
      for (std::size_t i = 0; i < events_.size();) {
        if (events_[i].time > sc_core::sc_time_stamp() || events_[i].is_response != responses) {
          ++i;
          continue;
        }
        const Event event = events_[i];
        events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(i));
        if (event.is_response && !event.store) move(*event.payload);
        tlm::tlm_phase phase = event.is_response ? tlm::BEGIN_RESP : tlm::END_REQ;
        sc_core::sc_time delay = event.delay;
        (event.store ? store_socket : load_socket)->nb_transport_bw(*event.payload, phase, delay);
      }
    }
    next();
  }

  void next() {
    for (const Event& event : events_) {
      const sc_core::sc_time now = sc_core::sc_time_stamp();
      event_.notify(event.time > now ? event.time - now : sc_core::SC_ZERO_TIME);
    }
  }

  MachineContext& context_;
  RandomMemoryOptions options_;
  std::mt19937 random_;
  sc_core::sc_time last_response_[2];
  std::vector<Event> events_;
  sc_core::sc_event event_;
};

}  // namespace intloom::hw::test
