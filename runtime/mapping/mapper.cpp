#include "runtime/mapping/mapper.h"

#include <algorithm>

namespace intloom::mapping {

std::size_t Mapper::Hash::operator()(const Key& key) const {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a over words
  for (const std::int64_t word : key) {
    hash = (hash ^ static_cast<std::uint64_t>(word)) * 1099511628211U;
    hash ^= hash >> 32U;
  }
  return static_cast<std::size_t>(hash);
}

void Mapper::append(Key& key, const FreeSpace& space) {
  key.push_back(space.granule);
  const auto first = static_cast<std::ptrdiff_t>(key.size());
  for (const FreeSpan& span : space.spans) key.push_back(span.size);
  std::sort(key.begin() + first, key.end());
}

void Mapper::append(Key& key, const WindowAxis& axis) {
  key.insert(key.end(), {axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.pad});
}

const ConvChoice& Mapper::map_conv(const ConvShape& shape, const ConvResources& resources) {
  Key key{shape.depthwise,
          shape.weights_per_channel,
          shape.channels,
          shape.output_channels,
          shape.groups,
          resources.input_resident,
          resources.output_resident,
          static_cast<std::int64_t>(resources.idle_load_cycles),
          resources.free_weight_bytes};
  append(key, shape.y);
  append(key, shape.x);
  append(key, resources.scratchpad);
  const auto [found, is_new] = convs_.try_emplace(std::move(key));
  if (is_new) found->second = mapping::map_conv(shape, machine_, resources);
  return found->second;
}

const VectorChoice& Mapper::map_vector(const VectorShape& shape, const FreeSpace& scratchpad) {
  Key key{static_cast<std::int64_t>(shape.op),
          shape.channels,
          shape.output_resident,
          shape.whole_channels,
          shape.operand_blocks,
          shape.parameter_records,
          static_cast<std::int64_t>(shape.operands.size())};
  for (const VectorOperand& operand : shape.operands)
    key.push_back(operand.extra_blocks * 8 + (operand.resident ? 4 : 0) + (operand.one_row ? 2 : 0) +
                  (operand.one_column ? 1 : 0));
  append(key, shape.y);
  append(key, shape.x);
  append(key, scratchpad);
  const auto [found, is_new] = vectors_.try_emplace(std::move(key));
  if (is_new) found->second = mapping::map_vector(shape, machine_, scratchpad);
  return found->second;
}

}  // namespace intloom::mapping
