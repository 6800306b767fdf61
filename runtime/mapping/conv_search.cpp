// The mappings that are tried for a convolution, and which of them fit the machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "runtime/mapping/conv_cost.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/mapping/misfit.h"

namespace intloom::mapping {
namespace {

// What the tiles of a cut of the channels take at most.
struct ChannelNeeds {
  std::int64_t weight_bytes = 0, all_weight_bytes = 0;
  std::int64_t parameter_bytes = 0, all_parameter_bytes = 0;
  std::int64_t part_blocks = 0, blocks = 0, parts = 0;
};

void add_tile_needs(ChannelNeeds& needs, const ConvShape& shape, const ConvMapping& mapping,
                    const isa::MachineDescription& machine, std::int64_t n, std::int64_t count, std::int64_t times) {
  const PartNeeds parts = part_needs(shape, mapping, machine, n, count);
  needs.weight_bytes = std::max(needs.weight_bytes, parts.most_weight_bytes);
  needs.all_weight_bytes += parts.weight_bytes * times;
  needs.part_blocks = std::max(needs.part_blocks, parts.most_blocks);
  needs.blocks = std::max(needs.blocks, parts.blocks);
  needs.parts = std::max(needs.parts, parts.parts);
  needs.parameter_bytes = std::max(needs.parameter_bytes, parameter_bytes(shape, count));
  needs.all_parameter_bytes += parameter_bytes(shape, count) * times;
}

ChannelNeeds channel_needs(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine) {
  ChannelNeeds needs;
  const Tiles tiles{shape.output_channels, mapping.tile_n};
  const bool tiles_alike = shape.groups == 1 || shape.depthwise;
  if (!tiles_alike) {
    for (std::int64_t i = 0; i < tiles.count(); ++i)
      add_tile_needs(needs, shape, mapping, machine, tiles.begin(i), tiles.size_at(i), 1);
    return needs;
  }
  if (tiles.count() > 1) add_tile_needs(needs, shape, mapping, machine, 0, tiles.size, tiles.count() - 1);
  const std::int64_t last = tiles.count() - 1;
  add_tile_needs(needs, shape, mapping, machine, tiles.begin(last), tiles.size_at(last), 1);
  return needs;
}

// How many slots of `bytes` (2 or 1) a buffer of whole banks holds; 0 where not even one fits.
int slots_that_fit(std::int64_t bytes, const isa::MachineDescription& machine, isa::Buffer buffer) {
  const std::int64_t capacity = isa::capacity_bytes(machine, buffer), bank = isa::usable_bank_bytes(machine, buffer);
  if (bytes > capacity) return 0;
  return 2 * round_up(bytes, bank) <= capacity ? 2 : 1;
}

std::vector<std::int64_t> halvings(std::int64_t total) {
  std::vector<std::int64_t> sizes{total};
  while (sizes.back() > 1) sizes.push_back(ceil_div(sizes.back(), 2));
  return sizes;
}

class ConvSearch {
 public:
  ConvSearch(const ConvShape& shape, const isa::MachineDescription& machine, const ConvResources& resources)
      : shape_(shape),
        machine_(machine),
        resources_(resources),
        rows_(machine.array.rows),
        group_(shape.depthwise ? isa::depthwise_group(machine) : machine.array.cols),
        channel_tiles_(channel_tiles()),
        widths_(halvings(shape.x.output)),
        heights_(balanced_sizes(shape.y.output)),
        cost_(shape, machine, resources) {}

  ConvChoice run() {
    const std::int64_t most_blocks = ceil_div(shape_.channels, rows_);
    for (const std::int64_t tile_k : halvings(shape_.depthwise ? 1 : most_blocks))
      if (try_cut(tile_k, shape_.y.kernel, shape_.x.kernel) && choice_.best.weights_resident) break;
    // Cuts of the kernel only where whole kernels of one block do not fit.
    for (const std::int64_t kh : halvings(shape_.y.kernel))
      if (!choice_.found && kh < shape_.y.kernel) try_cut(1, kh, shape_.x.kernel);
    for (const std::int64_t kw : halvings(shape_.x.kernel))
      if (!choice_.found && kw < shape_.x.kernel) try_cut(1, 1, kw);
    return choice_;
  }

 private:
  // True when a finer cut of the input channels can only gain by loading weights sooner: all of them fit, and so do
  // whole inputs.
  bool try_cut(std::int64_t tile_k, std::int64_t tile_kh, std::int64_t tile_kw) {
    const bool try_resident = !resident_tried_;
    for (const std::int64_t tile_n : channel_tiles_) {
      ConvMapping mapping;
      mapping.tile_k = tile_k;
      mapping.tile_kh = tile_kh;
      mapping.tile_kw = tile_kw;
      mapping.tile_n = tile_n;
      const ChannelNeeds needs = channel_needs(shape_, mapping, machine_);
      if (!set_parameters(mapping, needs)) continue;
      mapping.parts = needs.parts;
      cost_.set_cut(mapping);
      if (try_resident && set_resident_weights(mapping, needs))
        resident_tried_ = try_orders(mapping, needs) || resident_tried_;
      if (set_weight_slots(mapping, needs)) try_orders(mapping, needs);
    }
    return resident_tried_;
  }

  // True when a mapping fits that holds whole inputs.
  bool try_orders(ConvMapping mapping, const ChannelNeeds& needs) {
    bool whole_inputs = false;
    for (const bool channel_outer : {false, true}) {
      if (channel_outer && mapping.tile_n >= shape_.output_channels) continue;
      mapping.channel_outer = channel_outer;
      for (const bool per_part : {false, true}) {
        if (per_part && (needs.parts == 1 || resources_.input_resident)) continue;
        mapping.input_per_part = per_part;
        const bool found = try_pixels(mapping, per_part ? needs.part_blocks : needs.blocks);
        if (found && !per_part) whole_inputs = true;
      }
    }
    return whole_inputs;
  }

  // Multiples of array.rows, so that a tile owns whole blocks of the output; best multiples of the columns too.
  std::vector<std::int64_t> channel_tiles() const {
    const std::int64_t all = round_up(shape_.output_channels, rows_);
    std::vector<std::int64_t> sizes{all};
    for (std::int64_t size = std::lcm(rows_, group_); size < all; size *= 2) sizes.push_back(size);
    for (std::int64_t size = rows_; size < all && size <= 4 * rows_; size *= 2) sizes.push_back(size);
    std::sort(sizes.begin(), sizes.end(), std::greater<>());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
  }

  bool set_resident_weights(ConvMapping& mapping, const ChannelNeeds& needs) const {
    mapping.weights_resident = needs.all_weight_bytes <= isa::capacity_bytes(machine_, isa::Buffer::weights);
    mapping.weight_slots = 0;
    mapping.weight_slot_bytes = needs.all_weight_bytes;
    return mapping.weights_resident;
  }

  // Resident weights are loaded a bank at a time: where all of them fit, slots are worth trying only when a tile is
  // there much sooner than its bank.
  bool set_weight_slots(ConvMapping& mapping, const ChannelNeeds& needs) const {
    const std::int64_t bank = isa::usable_bank_bytes(machine_, isa::Buffer::weights);
    const bool all_fit = needs.all_weight_bytes <= isa::capacity_bytes(machine_, isa::Buffer::weights);
    mapping.weights_resident = false;
    mapping.weight_slots = slots_that_fit(needs.weight_bytes, machine_, isa::Buffer::weights);
    mapping.weight_slot_bytes = needs.weight_bytes;
    if (!all_fit) return mapping.weight_slots > 0;
    const std::int64_t first = std::min(needs.all_weight_bytes, round_up(needs.weight_bytes, bank));
    return mapping.weight_slots > 1 && first >= 2 * needs.weight_bytes;
  }

  bool set_parameters(ConvMapping& mapping, const ChannelNeeds& needs) const {
    mapping.parameters_resident = needs.all_parameter_bytes <= isa::capacity_bytes(machine_, isa::Buffer::parameters);
    mapping.parameter_slots = slots_that_fit(needs.parameter_bytes, machine_, isa::Buffer::parameters);
    mapping.parameter_slot_bytes = needs.parameter_bytes;
    if (mapping.parameter_slots == 0) return false;
    if (mapping.parameters_resident) {
      mapping.parameter_slots = 0;
      mapping.parameter_slot_bytes = needs.all_parameter_bytes;
    }
    return true;
  }

  bool try_pixels(const ConvMapping& cut, std::int64_t input_blocks_needed) {
    bool found = false;
    for (const std::int64_t tile_w : widths_) {
      std::int64_t last_tried = 0;
      int tried = 0;
      for (const std::int64_t tile_h : heights_) {
        if (tried > 0 && tile_h * 2 > last_tried) continue;  // only sizes well apart
        ConvMapping mapping = cut;
        mapping.tile_h = tile_h;
        mapping.tile_w = tile_w;
        if (!accumulators_fit(mapping) || !set_slots(mapping, input_blocks_needed)) continue;
        last_tried = tile_h;
        found = true;
        // With one tile of pixels the orders are the same commands.
        const bool is_tried = cut.channel_outer && tile_h == shape_.y.output && tile_w == shape_.x.output;
        if (!is_tried) {
          cost_.estimate(mapping);
          choice_.consider(mapping);
        }
        if (++tried == 3) break;
      }
      // Narrow tiles save rows of halo; a resident input has none to save.
      if (found && (resources_.input_resident || shape_.y.kernel == 1 || tile_w <= 8)) break;
    }
    return found;
  }

  bool accumulators_fit(const ConvMapping& mapping) const {
    const std::int64_t channels = std::min(mapping.tile_n, shape_.output_channels);
    return ceil_div(channels, group_) * mapping.tile_h * mapping.tile_w <= machine_.accumulator.rows_per_bank;
  }

  bool set_slots(ConvMapping& mapping, std::int64_t input_blocks_needed) const {
    mapping.input_resident = resources_.input_resident;
    mapping.output_resident = resources_.output_resident;
    const bool whole_kernel = !mapping.input_per_part;
    const std::int64_t height = widest_span(shape_.y, mapping.tile_h, whole_kernel ? shape_.y.kernel : mapping.tile_kh);
    const std::int64_t width = widest_span(shape_.x, mapping.tile_w, whole_kernel ? shape_.x.kernel : mapping.tile_kw);
    mapping.input_slot_bytes = input_blocks_needed * height * width * rows_;
    const std::int64_t channels = std::min(mapping.tile_n, round_up(shape_.output_channels, rows_));
    mapping.output_slot_bytes = channels * mapping.tile_h * mapping.tile_w;
    for (const int slots : {2, 1}) {
      mapping.input_slots = mapping.input_resident ? 0 : slots;
      mapping.output_slots = mapping.output_resident ? 0 : slots;
      if (slots_fit(mapping)) return true;
    }
    return false;
  }

  bool slots_fit(const ConvMapping& mapping) const {
    std::array<std::int64_t, kMostRegions> sizes{};
    const auto inputs = static_cast<std::size_t>(mapping.input_slots);
    const auto slots = inputs + static_cast<std::size_t>(mapping.output_slots);
    for (std::size_t i = 0; i < slots; ++i)
      sizes[i] = i < inputs ? mapping.input_slot_bytes : mapping.output_slot_bytes;
    return fits(resources_.scratchpad, sizes.data(), slots);
  }

  const ConvShape& shape_;
  const isa::MachineDescription& machine_;
  const ConvResources& resources_;
  std::int64_t rows_, group_;
  std::vector<std::int64_t> channel_tiles_, widths_, heights_;
  ConvCost cost_;
  bool resident_tried_ = false;  // with whole inputs: a finer cut cannot be better
  ConvChoice choice_;
};

}  // namespace

std::vector<std::int64_t> slot_sizes(const ConvMapping& mapping) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(mapping.input_slots), mapping.input_slot_bytes);
  sizes.insert(sizes.end(), static_cast<std::size_t>(mapping.output_slots), mapping.output_slot_bytes);
  return sizes;
}

ConvChoice map_conv(const ConvShape& shape, const isa::MachineDescription& machine, const ConvResources& resources) {
  return ConvSearch(shape, machine, resources).run();
}

std::string conv_misfit(const ConvShape& shape, const isa::MachineDescription& machine) {
  const std::int64_t rows = machine.array.rows;
  const std::int64_t channels = std::min(rows, shape.output_channels);
  KPart tap;
  tap.channels = shape.depthwise ? channels : std::min(rows, shape.channels);
  const std::int64_t group = shape.depthwise ? isa::depthwise_group(machine) : machine.array.cols;
  const std::int64_t sums = ceil_div(channels, group);
  if (sums > machine.accumulator.rows_per_bank)
    return too_small("accumulator.rows_per_bank", machine.accumulator.rows_per_bank, sums,
                     fmt::format("one pixel of {} channels", channels));
  std::string weights =
      buffer_misfit(machine, isa::Buffer::weights, weight_bytes(shape, machine, channels, tap), "one tap of one block");
  if (!weights.empty()) return weights;
  std::string parameters = buffer_misfit(machine, isa::Buffer::parameters, parameter_bytes(shape, channels),
                                         fmt::format("parameters of {} channels", channels));
  if (!parameters.empty()) return parameters;
  return buffer_misfit(machine, isa::Buffer::activations, 2 * rows, "one pixel of input and of output");
}

}  // namespace intloom::mapping
