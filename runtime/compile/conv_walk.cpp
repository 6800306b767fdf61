#include "runtime/compile/conv_walk.h"

#include <algorithm>

namespace intloom::compile {

ConvWalk::ConvWalk(const mapping::ConvShape& shape, const mapping::ConvMapping& mapping,
                   const isa::MachineDescription& machine)
    : shape_(shape),
      mapping_(mapping),
      machine_(machine),
      ys_{shape.y.output, mapping.tile_h},
      xs_{shape.x.output, mapping.tile_w},
      ns_{shape.output_channels, mapping.tile_n} {
  std::int64_t weights = 0;
  for (std::int64_t i = 0; i < ns_.count(); ++i) {
    ChannelTile tile;
    tile.first = ns_.begin(i);
    tile.count = ns_.size_at(i);
    tile.parts = mapping::k_parts(shape, mapping, machine, tile.first, tile.count);
    tile.first_weights = weights;
    const auto parts = static_cast<std::int64_t>(tile.parts.size());
    weights += parts;
    most_parts_ = std::max(most_parts_, parts);
    channel_tiles_.push_back(std::move(tile));
  }
}

std::vector<ConvStep> ConvWalk::steps() const {
  std::vector<ConvStep> steps;
  const std::int64_t pixels = ys_.count() * xs_.count(), channel_count = ns_.count();
  for (std::int64_t i = 0; i < pixels * channel_count; ++i) {
    const std::int64_t pixel = mapping_.channel_outer ? i % pixels : i / channel_count;
    ConvStep step;
    step.in = mapping_.channel_outer ? i / pixels : i % channel_count;
    step.iy = pixel / xs_.count();
    step.ix = pixel % xs_.count();
    for (; step.part < static_cast<std::int64_t>(channels(step).parts.size()); ++step.part) steps.push_back(step);
  }
  return steps;
}

bool ConvWalk::is_last_part(const ConvStep& step) const {
  return step.part + 1 == static_cast<std::int64_t>(channels(step).parts.size());
}

std::uint32_t ConvWalk::tile(const ConvStep& step) const {
  return static_cast<std::uint32_t>((step.iy * xs_.count() + step.ix) * ns_.count() + step.in);
}

// Its pixels; its channels where they have inputs of their own; its part where a slot holds just what that needs.
std::int64_t ConvWalk::input_key(const ConvStep& step) const {
  const std::int64_t channel_key = shape_.groups > 1 ? step.in : 0;
  const std::int64_t part_key = mapping_.input_per_part ? step.part : 0;
  return ((step.iy * xs_.count() + step.ix) * ns_.count() + channel_key) * most_parts_ + part_key;
}

ConvStep ConvWalk::step_of_input_key(std::int64_t key) const {
  ConvStep step;
  step.part = key % most_parts_;
  step.in = key / most_parts_ % ns_.count();
  step.ix = key / most_parts_ / ns_.count() % xs_.count();
  step.iy = key / most_parts_ / ns_.count() / xs_.count();
  return step;
}

mapping::InputSpan ConvWalk::rows(const ConvStep& step, std::int64_t tap, std::int64_t taps) const {
  return mapping::input_span(shape_.y, ys_.begin(step.iy), ys_.size_at(step.iy), tap, taps);
}

mapping::InputSpan ConvWalk::columns(const ConvStep& step, std::int64_t tap, std::int64_t taps) const {
  return mapping::input_span(shape_.x, xs_.begin(step.ix), xs_.size_at(step.ix), tap, taps);
}

MapBox ConvWalk::input_box(const ConvStep& step) const {
  if (mapping_.input_per_part) return part_box(step);
  const mapping::InputSpan y = rows(step, 0, shape_.y.kernel), x = columns(step, 0, shape_.x.kernel);
  const mapping::BlockRange blocks =
      mapping::input_blocks(shape_, machine_, channels(step).first, channels(step).count);
  return {blocks.begin, blocks.count, y.begin, y.size, x.begin, x.size};
}

MapBox ConvWalk::part_box(const ConvStep& step) const {
  const mapping::KPart& p = part(step);
  const mapping::InputSpan y = rows(step, p.ky, p.kernel_h), x = columns(step, p.kx, p.kernel_w);
  return {p.block, p.blocks, y.begin, y.size, x.begin, x.size};
}

MapBox ConvWalk::output_box(const ConvStep& step) const {
  const ChannelTile& tile = channels(step);
  const std::int64_t word = machine_.array.rows;
  return {tile.first / word,  mapping::ceil_div(tile.count, word),
          ys_.begin(step.iy), ys_.size_at(step.iy),
          xs_.begin(step.ix), xs_.size_at(step.ix)};
}

isa::Window ConvWalk::window(const ConvStep& step) const {
  const mapping::KPart& p = part(step);
  isa::Window window;
  window.kernel_h = static_cast<int>(p.kernel_h);
  window.kernel_w = static_cast<int>(p.kernel_w);
  window.stride_h = static_cast<int>(shape_.y.stride);
  window.stride_w = static_cast<int>(shape_.x.stride);
  window.dilation_h = static_cast<int>(shape_.y.dilation);
  window.dilation_w = static_cast<int>(shape_.x.dilation);
  window.pad_top = static_cast<int>(rows(step, p.ky, p.kernel_h).pad);
  window.pad_left = static_cast<int>(columns(step, p.kx, p.kernel_w).pad);
  return window;
}

}  // namespace intloom::compile
