#include "rtl_models/memory/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "rtl_models/memory/simple_memory.h"

namespace intloom::hw {

std::unique_ptr<Memory> make_memory(const sc_core::sc_module_name& name, MachineContext& context,
                                    const isa::MachineDescription& machine, int cores) {
  return std::make_unique<SimpleMemory>(name, context, machine, cores);
}

Memory::Memory(const sc_core::sc_module_name& name, const isa::MachineDescription& machine, int cores)
    : sc_module(name),
      load_socket("load_socket", static_cast<std::size_t>(cores)),
      store_socket("store_socket", static_cast<std::size_t>(cores)),
      capacity_bytes_(static_cast<std::uint64_t>(machine.memory.capacity_bytes)) {
  for (int core = 0; core < cores; ++core) {
    const auto index = static_cast<std::size_t>(core);
    load_socket[index].register_nb_transport_fw(this, &Memory::nb_transport_fw, 2 * core);
    load_socket[index].register_transport_dbg(this, &Memory::transport_dbg, 2 * core);
    store_socket[index].register_nb_transport_fw(this, &Memory::nb_transport_fw, 2 * core + 1);
    store_socket[index].register_transport_dbg(this, &Memory::transport_dbg, 2 * core + 1);
  }
}

void Memory::write(std::uint64_t address, const std::uint8_t* bytes, std::uint64_t size) {
  if (!inside(address, size))
    throw std::out_of_range(fmt::format("{}: {} bytes at address {:#x} do not fit into a capacity of {} bytes", name(),
                                        size, address, capacity_bytes_));
  if (size == 0) return;
  if (storage_.size() < address + size) storage_.resize(address + size);
  std::memcpy(storage_.data() + address, bytes, size);
}

void Memory::read(std::uint64_t address, std::uint8_t* bytes, std::uint64_t size) const {
  if (!inside(address, size))
    throw std::out_of_range(fmt::format("{}: {} bytes at address {:#x} lie beyond a capacity of {} bytes", name(), size,
                                        address, capacity_bytes_));
  const std::uint64_t stored = address < storage_.size() ? std::min<std::uint64_t>(size, storage_.size() - address) : 0;
  if (stored != 0) std::memcpy(bytes, storage_.data() + address, stored);
  if (stored != size) std::memset(bytes + stored, 0, size - stored);
}

tlm::tlm_sync_enum Memory::nb_transport_fw(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                           sc_core::sc_time& delay) {
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;  // END_RESP: responses are never held back
  payload.acquire();
  accept(Request{&payload, port, sc_core::sc_time_stamp() + delay});
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

void Memory::respond(const Request& request) {
  tlm::tlm_generic_payload& payload = *request.payload;
  payload.set_response_status(access(payload));
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const auto core = static_cast<std::size_t>(request.port / 2);
  (request.port % 2 == 0 ? load_socket : store_socket)[core]->nb_transport_bw(payload, phase, delay);
  payload.release();
}

tlm::tlm_response_status Memory::access(tlm::tlm_generic_payload& payload) {
  const std::uint64_t size = payload.get_data_length();
  if (payload.get_byte_enable_ptr() != nullptr) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  if (size == 0 || payload.get_streaming_width() < size) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (!payload.is_read() && !payload.is_write()) return tlm::TLM_COMMAND_ERROR_RESPONSE;
  if (!inside(payload.get_address(), size)) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (payload.is_read())
    read(payload.get_address(), payload.get_data_ptr(), size);
  else
    write(payload.get_address(), payload.get_data_ptr(), size);
  return tlm::TLM_OK_RESPONSE;
}

unsigned Memory::transport_dbg(int /*port*/, tlm::tlm_generic_payload& payload) {
  payload.set_response_status(access(payload));
  return payload.is_response_ok() ? payload.get_data_length() : 0;
}

}  // namespace intloom::hw
