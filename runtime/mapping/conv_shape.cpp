// Geometry of a convolution: channels that a tile needs, parts of its sums, bytes they take.
#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/parameter_record.h"
#include "runtime/mapping/conv_mapping.h"

namespace intloom::mapping {

ConvShape conv_shape(const quant::Network& network, const quant::Layer& layer) {
  const quant::ConvParameters& conv = layer.conv();
  const quant::WindowParameters& window = conv.window;
  const quant::MapShape in = quant::map_shape(network.tensor(layer.inputs[0]));
  const quant::MapShape out = quant::map_shape(network.tensor(layer.output));
  ConvShape shape;
  shape.depthwise = conv.groups > 1 && conv.groups == conv.channels && conv.groups == conv.output_channels;
  shape.weights_per_channel = conv.multiplier.size() > 1;
  shape.channels = conv.channels;
  shape.output_channels = conv.output_channels;
  shape.groups = conv.groups;
  shape.y = {in.height, out.height, window.kernel_h, window.stride_h, window.dilation_h, window.pads[0]};
  shape.x = {in.width, out.width, window.kernel_w, window.stride_w, window.dilation_w, window.pads[1]};
  return shape;
}

BlockRange input_blocks(const ConvShape& shape, const isa::MachineDescription& machine, std::int64_t n,
                        std::int64_t count) {
  const std::int64_t rows = machine.array.rows;
  const std::int64_t group_inputs = shape.channels / shape.groups, group_outputs = shape.output_channels / shape.groups;
  const std::int64_t first = n / group_outputs * group_inputs;
  const std::int64_t end = ceil_div(n + count, group_outputs) * group_inputs;
  return {first / rows, ceil_div(end, rows) - first / rows};
}

std::vector<KPart> k_parts(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine,
                           std::int64_t n, std::int64_t count) {
  const std::int64_t rows = machine.array.rows;
  const BlockRange range = input_blocks(shape, machine, n, count);
  const Tiles blocks{range.count, shape.depthwise ? range.count : mapping.tile_k};
  const Tiles kys{shape.y.kernel, mapping.tile_kh}, kxs{shape.x.kernel, mapping.tile_kw};
  std::vector<KPart> parts;
  for (std::int64_t b = 0; b < blocks.count(); ++b) {
    KPart part;
    part.block = range.begin + blocks.begin(b);
    part.blocks = blocks.size_at(b);
    part.channels = std::min(shape.channels, (part.block + part.blocks) * rows) - part.block * rows;
    for (std::int64_t i = 0; i < kys.count(); ++i) {
      for (std::int64_t j = 0; j < kxs.count(); ++j) {
        part.ky = kys.begin(i);
        part.kernel_h = kys.size_at(i);
        part.kx = kxs.begin(j);
        part.kernel_w = kxs.size_at(j);
        parts.push_back(part);
      }
    }
  }
  return parts;
}

PartNeeds part_needs(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine,
                     std::int64_t n, std::int64_t count) {
  const std::int64_t rows = machine.array.rows;
  const BlockRange range = input_blocks(shape, machine, n, count);
  const Tiles blocks{range.count, shape.depthwise ? range.count : mapping.tile_k};
  PartNeeds needs;
  needs.parts = blocks.count() * ceil_div(shape.y.kernel, mapping.tile_kh) * ceil_div(shape.x.kernel, mapping.tile_kw);
  needs.most_blocks = blocks.size_at(0);
  needs.blocks = range.count;
  // The first part is the largest; all of them together read every tap of every channel once.
  KPart part;
  part.blocks = needs.most_blocks;
  part.channels = std::min(shape.channels - range.begin * rows, needs.most_blocks * rows);
  part.kernel_h = mapping.tile_kh;
  part.kernel_w = mapping.tile_kw;
  needs.most_weight_bytes = mapping::weight_bytes(shape, machine, count, part);
  part.channels = std::min(shape.channels - range.begin * rows, range.count * rows);
  part.kernel_h = shape.y.kernel;
  part.kernel_w = shape.x.kernel;
  needs.weight_bytes = mapping::weight_bytes(shape, machine, count, part);
  return needs;
}

std::int64_t weight_bytes(const ConvShape& shape, const isa::MachineDescription& machine, std::int64_t output_channels,
                          const KPart& part) {
  const std::int64_t columns = machine.array.cols, taps = part.kernel_h * part.kernel_w;
  if (shape.depthwise) return ceil_div(output_channels, isa::depthwise_group(machine)) * taps * columns;
  return ceil_div(output_channels, columns) * taps * part.channels * columns;
}

std::int64_t parameter_bytes(const ConvShape& shape, std::int64_t output_channels) {
  if (shape.weights_per_channel) return output_channels * isa::kParameterRecordBytes;
  return isa::kParameterRecordBytes + round_up(output_channels * 4, isa::kParameterRecordBytes);
}

}  // namespace intloom::mapping
