#include "runtime/compile/placement.h"

namespace intloom::compile {
namespace {

double transfer_price(const Context& context, std::uint64_t bytes, bool is_load) {
  const mapping::TransferShape shape{1, static_cast<std::int64_t>(bytes), context.machine.array.rows};
  return is_load ? mapping::load_cycles(shape, context.machine) : mapping::store_cycles(shape, context.machine);
}

}  // namespace

std::vector<StorageId> eviction_order(const Context& context, const std::vector<StorageId>& inputs) {
  std::vector<StorageId> others, own;
  for (StorageId id = 0; id < context.storages.count(); ++id) {
    if (!context.storages[id].on_chip) continue;
    const bool is_input = std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    (is_input ? own : others).push_back(id);
  }
  std::stable_sort(others.begin(), others.end(), [&](StorageId a, StorageId b) {
    return context.storages[a].next_use(context.now) > context.storages[b].next_use(context.now);
  });
  others.insert(others.end(), own.begin(), own.end());
  return others;
}

std::optional<Placement> make_placement(const Context& context, StorageId output, const std::vector<StorageId>& order,
                                        std::size_t evictions, bool output_on_chip, std::uint32_t granule) {
  Placement placement;
  ScratchpadBanks banks = context.scratchpad;
  for (std::size_t i = 0; i < evictions; ++i) {
    const Storage& storage = context.storages[order[i]];
    banks.release(storage.buffer_address, storage.bytes);
    placement.evicted.push_back(order[i]);
  }
  if (output_on_chip) {
    if (output == kNoStorage) return std::nullopt;
    const auto address = banks.allocate(context.storages[output].bytes);
    // The layer that reads this tensor needs space for an output of its own.
    if (!address || banks.free_banks() * 8 < banks.banks()) return std::nullopt;
    placement.output_on_chip = true;
    placement.output_address = *address;
  }
  placement.space = banks.free_space(granule);
  return placement;
}

double memory_price(const Context& context, const Placement& placement, StorageId output) {
  double price = 0;
  for (const StorageId id : placement.evicted) {
    const Storage& storage = context.storages[id];
    if (!storage.in_memory) price += transfer_price(context, storage.bytes, false);
    price += transfer_price(context, storage.bytes, true);
  }
  if (output == kNoStorage || placement.output_on_chip) return price;
  // Loads of tiles overlap with computing: about half of them shows.
  const Storage& storage = context.storages[output];
  price += 0.5 * static_cast<double>(std::max<std::size_t>(storage.uses.size(), 1)) *
           transfer_price(context, storage.bytes, true);
  return price;
}

void apply(Context& context, const Placement& placement, StorageId output) {
  for (const StorageId id : placement.evicted) evict(context, id);
  if (output == kNoStorage) return;
  Storage& storage = context.storages[output];
  if (placement.output_on_chip) {
    [[maybe_unused]] const auto address = context.scratchpad.allocate(storage.bytes);
    storage.buffer_address = placement.output_address;
    storage.on_chip = true;
  } else {
    storage.memory_address = context.memory.allocate(storage.bytes);
    storage.in_memory = true;
  }
}

}  // namespace intloom::compile
