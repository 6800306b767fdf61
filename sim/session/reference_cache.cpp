#include "sim/session/reference_cache.h"

#include <fmt/format.h>

namespace intloom::sim {

namespace {

std::size_t bytes_of(const ReferenceCache::Integers& tensors) {
  std::size_t bytes = 0;
  for (const reference::IntegerTensor& tensor : tensors) bytes += tensor.size();
  return bytes;
}

std::size_t bytes_of(const ReferenceCache::Floats& tensors) {
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : tensors) bytes += tensor.values.size() * sizeof(float);
  return bytes;
}

std::string scaling_text(const isa::ScalingDescription& scaling) {
  return fmt::format("{} {} {}..{} {} {} {}", static_cast<int>(scaling.multiplier), scaling.multiplier_bits,
                     scaling.shift_min, scaling.shift_max, static_cast<int>(scaling.rounding),
                     static_cast<int>(scaling.out_of_range), scaling.per_channel);
}

}  // namespace

template <class T>
std::shared_ptr<const T> ReferenceCache::get(std::map<Key, std::shared_ptr<const T>>& kept, const Key& key,
                                             const std::function<T()>& compute) {
  const auto known = kept.find(key);
  if (known != kept.end()) return known->second;
  auto value = std::make_shared<const T>(compute());
  const std::size_t bytes = bytes_of(*value);
  if (bytes <= most_bytes_ - bytes_) {
    bytes_ += bytes;
    kept.emplace(key, value);
  }
  return value;
}

std::shared_ptr<const ReferenceCache::Integers> ReferenceCache::integers(const std::string& kind,
                                                                         std::int64_t inference,
                                                                         const std::function<Integers()>& compute) {
  return get(integers_, {kind, inference}, compute);
}

std::shared_ptr<const ReferenceCache::Floats> ReferenceCache::floats(const std::string& kind, std::int64_t inference,
                                                                     const std::function<Floats()>& compute) {
  return get(floats_, {kind, inference}, compute);
}

std::string arithmetic_of(const isa::MachineDescription& machine) {
  const bool saturates = machine.accumulator.overflow == isa::Overflow::saturate;  // in the order of the array's rows
  return fmt::format("requant {}, vector {}, accumulator {} {} {}, zero point {}",
                     scaling_text(machine.requant.scaling), scaling_text(machine.vector.scaling),
                     machine.accumulator.width_bits, static_cast<int>(machine.accumulator.overflow),
                     saturates ? machine.array.rows : 0, static_cast<int>(machine.array.zero_point));
}

}  // namespace intloom::sim
