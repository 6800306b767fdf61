// The interface of every memory: tagged TLM-2.0 sockets, storage, back doors. A kind of memory decides only when a
// burst is answered: one file that implements `accept`, and one line in make_memory (memory.cpp).
//
// Protocol: base protocol, non-blocking. A request (BEGIN_REQ) is answered by the return value (END_REQ, TLM_UPDATED);
// the response is one BEGIN_RESP on the backward path, which the initiator completes at once. The response status is
// always set: TLM_OK_RESPONSE, TLM_ADDRESS_ERROR_RESPONSE beyond capacity_bytes, TLM_COMMAND_ERROR_RESPONSE,
// TLM_BYTE_ENABLE_ERROR_RESPONSE, TLM_BURST_ERROR_RESPONSE (no bytes, or a streaming width below the length).
// A read returns, and a write takes effect, at its response.
#pragma once

#include <tlm_utils/passthrough_target_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::hw {

class Memory : public sc_core::sc_module {
 public:
  // Not the simple socket: that one brings a thread of its own for b_transport, which nobody calls here, and which
  // SystemC 3.0 cannot destroy in a context where no thread has run.
  using Socket = tlm_utils::passthrough_target_socket_tagged<Memory>;

  // One of each a core: for its load and its store channel.
  sc_core::sc_vector<Socket> load_socket;
  sc_core::sc_vector<Socket> store_socket;

  ~Memory() override = default;

  // A program starts: edges of the memory's clock are counted from the core's rising edge that began the current cycle,
  // and whatever was in flight is dropped. Called always the same number of cycles before the program's first command,
  // it makes repeated runs take equal cycles whatever the ratio of the clocks. Before the first call: from time 0.
  virtual void restart() = 0;

  // Back doors in zero time, for data before and after a run. Bytes never written are zero.
  // Throw std::out_of_range beyond capacity_bytes.
  void write(std::uint64_t address, const std::uint8_t* bytes, std::uint64_t size);
  void read(std::uint64_t address, std::uint8_t* bytes, std::uint64_t size) const;

  virtual std::vector<Counter> counters() const = 0;
  virtual void describe_waves(WaveScope& /*scope*/) const {}

 protected:
  // A burst under way.
  struct Request {
    tlm::tlm_generic_payload* payload = nullptr;
    int port = 0;            // 2*core for its load channel, 2*core + 1 for its store channel: the order of ties
    sc_core::sc_time issue;  // when it was requested
    bool is_read() const { return payload->is_read(); }
    std::uint32_t bytes() const { return payload->get_data_length(); }
  };

  Memory(const sc_core::sc_module_name& name, const isa::MachineDescription& machine, int cores);

  // A request arrives, in the initiator's process. The kind of memory answers it later by respond().
  virtual void accept(const Request& request) = 0;
  // Moves the data, sets the status, sends the response at the current time.
  void respond(const Request& request);

 private:
  tlm::tlm_sync_enum nb_transport_fw(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  unsigned transport_dbg(int port, tlm::tlm_generic_payload& payload);
  tlm::tlm_response_status access(tlm::tlm_generic_payload& payload);
  bool inside(std::uint64_t address, std::uint64_t size) const {
    return address <= capacity_bytes_ && size <= capacity_bytes_ - address;
  }

  std::uint64_t capacity_bytes_;
  std::vector<std::uint8_t> storage_;  // grows up to the highest address written
};

// The memory that the machine describes, with sockets for `cores` cores.
std::unique_ptr<Memory> make_memory(const sc_core::sc_module_name& name, MachineContext& context,
                                    const isa::MachineDescription& machine, int cores = 1);

}  // namespace intloom::hw
