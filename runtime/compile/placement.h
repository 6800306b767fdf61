// Decides for one layer what stays on chip: whether its output does, and which tensors give way.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/compile/context.h"
#include "runtime/mapping/free_space.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom::compile {

// One way to place a layer.
struct Placement {
  mapping::FreeSpace space;  // beside what is on chip, for slots
  bool output_on_chip = false;
  std::uint32_t output_address = 0;
  std::vector<StorageId> evicted;

  // On chip while the layer runs.
  bool resident(const Context& context, StorageId id) const {
    return context.storages[id].on_chip && std::find(evicted.begin(), evicted.end(), id) == evicted.end();
  }
};

template <class Choice>
struct PlacedChoice {
  Placement placement;
  Choice choice;
};

// Storages on chip in the order in which they should give way: the next use farthest away first, the layer's own
// inputs last of all.
std::vector<StorageId> eviction_order(const Context& context, const std::vector<StorageId>& inputs);

// A placement with the first `evictions` of `order` gone. Nothing where the output does not fit on chip, or would leave
// too little space beside it for the layers that follow.
std::optional<Placement> make_placement(const Context& context, StorageId output, const std::vector<StorageId>& order,
                                        std::size_t evictions, bool output_on_chip, std::uint32_t granule);

// Cycles that later layers (and evictions now) pay for what the placement leaves in memory.
double memory_price(const Context& context, const Placement& placement, StorageId output);

// Makes it so: stores what is evicted, gives the output its place on chip or in memory.
void apply(Context& context, const Placement& placement, StorageId output);

// The best placement of a layer: `choose(placement)` maps the layer and returns something with `found` and
// `best.cycles`. Tensors are evicted only as long as the layer or its output does not fit beside them. Nothing when the
// layer does not fit even alone.
template <class Choose>
auto place_layer(const Context& context, const std::vector<StorageId>& inputs, StorageId output, Choose choose)
    -> std::optional<PlacedChoice<decltype(choose(Placement{}))>> {
  std::optional<PlacedChoice<decltype(choose(Placement{}))>> best;
  double best_cycles = 0;
  const std::vector<StorageId> order = eviction_order(context, inputs);
  std::size_t own_inputs = 0;
  for (const StorageId id : order) own_inputs += std::find(inputs.begin(), inputs.end(), id) != inputs.end() ? 1 : 0;
  const std::uint32_t word = static_cast<std::uint32_t>(context.machine.array.rows);
  for (const std::uint32_t granule : {context.scratchpad.bank_bytes(), word}) {
    for (std::size_t evictions = 0; evictions <= order.size(); ++evictions) {
      if (best && evictions + own_inputs > order.size()) break;
      bool output_fits = false;
      for (const bool output_on_chip : {true, false}) {
        const auto placement = make_placement(context, output, order, evictions, output_on_chip, granule);
        if (!placement) continue;
        auto choice = choose(*placement);
        if (!choice.found) continue;
        output_fits = output_fits || output_on_chip;
        const double cycles = choice.best.cycles + memory_price(context, *placement, output);
        if (best && cycles >= best_cycles) continue;
        best_cycles = cycles;
        best = PlacedChoice<decltype(choice)>{*placement, std::move(choice)};
      }
      if (output_fits || (best && output == kNoStorage)) break;
    }
    if (best) break;
  }
  return best;
}

}  // namespace intloom::compile
