// Decides for one layer what stays on chip: whether its output does, and which tensors give way.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "runtime/compile/context.h"
#include "runtime/compile/program_builder.h"
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

// A mapping that was not taken.
template <class Mapping>
struct RunnerUp {
  bool found = false;
  Mapping mapping;
  bool output_on_chip = false;
  double cost = 0;

  void consider(const Mapping& other, bool on_chip, double other_cost) {
    if (found && other_cost >= cost) return;
    *this = {true, other, on_chip, other_cost};
  }
};

template <class Choice>
struct PlacedChoice {
  bool found = false;
  Placement placement;
  Choice choice;
  double cost = 0;  // of choice.best: its cycles and the price of memory
  RunnerUp<decltype(Choice::best)> runner_up;
  std::int64_t candidates = 0;  // in all placements

  // A choice in another placement.
  void consider(const Placement& other, const Choice& other_choice, double price) {
    candidates += other_choice.candidates;
    const double other_cost = other_choice.best.cycles + price;
    if (!found || other_cost < cost) {
      if (found) runner_up.consider(choice.best, placement.output_on_chip, cost);
      found = true;
      placement = other;
      choice = other_choice;
      cost = other_cost;
    } else {
      runner_up.consider(other_choice.best, other.output_on_chip, other_cost);
    }
    if (other_choice.has_runner_up)
      runner_up.consider(other_choice.runner_up, other.output_on_chip, other_choice.runner_up.cycles + price);
  }
};

// What there is to say of a choice. `text(mapping, output_on_chip)`: a mapping in words.
template <class Choice, class Text>
MappingReport report_of(const PlacedChoice<Choice>& placed, Text text) {
  MappingReport report;
  report.text = text(placed.choice.best, placed.placement.output_on_chip);
  report.cost = placed.cost;
  report.candidates = placed.candidates;
  if (!placed.runner_up.found) return report;
  report.runner_up = text(placed.runner_up.mapping, placed.runner_up.output_on_chip);
  report.runner_up_cost = placed.runner_up.cost;
  return report;
}

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
    -> std::optional<PlacedChoice<std::decay_t<decltype(choose(Placement{}))>>> {
  using Choice = std::decay_t<decltype(choose(Placement{}))>;
  PlacedChoice<Choice> best;
  const std::vector<StorageId> order = eviction_order(context, inputs);
  std::size_t own_inputs = 0;
  for (const StorageId id : order) own_inputs += std::find(inputs.begin(), inputs.end(), id) != inputs.end() ? 1 : 0;
  const std::uint32_t word = static_cast<std::uint32_t>(context.machine.array.rows);
  for (const std::uint32_t granule : {context.scratchpad.bank_bytes(), word}) {
    for (std::size_t evictions = 0; evictions <= order.size(); ++evictions) {
      if (best.found && evictions + own_inputs > order.size()) break;
      bool output_fits = false;
      for (const bool output_on_chip : {true, false}) {
        const auto placement = make_placement(context, output, order, evictions, output_on_chip, granule);
        if (!placement) continue;
        const Choice& choice = choose(*placement);
        if (!choice.found) continue;
        output_fits = output_fits || output_on_chip;
        best.consider(*placement, choice, memory_price(context, *placement, output));
      }
      if (output_fits || (best.found && output == kNoStorage)) break;
    }
    if (best.found) break;
  }
  if (!best.found) return std::nullopt;
  return best;
}

}  // namespace intloom::compile
