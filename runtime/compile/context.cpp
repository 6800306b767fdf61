#include "runtime/compile/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

namespace intloom::compile {

CompileError layer_error(const quant::Layer& layer, const std::string& text) {
  return CompileError(fmt::format("layer {} ({}): {}", layer.name, layer.onnx_op, text));
}

void evict(Context& context, StorageId id) {
  Storage& storage = context.storages[id];
  if (!storage.in_memory) {
    storage.memory_address = context.memory.allocate(storage.bytes);
    storage.in_memory = true;
    // A bank at a time, so that others may use the rest.
    const std::uint64_t bank = context.scratchpad.bank_bytes();
    for (std::uint64_t done = 0; done < storage.bytes; done += bank)
      context.builder.push(isa::Unit::store, 0,
                           run_transfer(isa::Buffer::activations, storage.memory_address + done,
                                        storage.buffer_address + done, std::min(bank, storage.bytes - done)));
  }
  context.scratchpad.release(storage.buffer_address, storage.bytes);
  storage.on_chip = false;
}

void release_dead(Context& context) {
  for (StorageId id = 0; id < context.storages.count(); ++id) {
    Storage& storage = context.storages[id];
    if (storage.is_constant || storage.next_use(context.now) != INT_MAX) continue;
    if (storage.on_chip) context.scratchpad.release(storage.buffer_address, storage.bytes);
    if (storage.in_memory) context.memory.release(storage.memory_address, storage.bytes);
    storage.on_chip = storage.in_memory = false;
  }
}

}  // namespace intloom::compile
