#include "runtime/compile/memory_plan.h"

#include <utility>

namespace intloom::compile {

std::uint64_t MemoryPlan::add_constant(std::vector<std::uint8_t> bytes, std::string contents) {
  const std::uint64_t address = reserve_constant(bytes.size(), std::move(contents));
  segments_.back().bytes = std::move(bytes);
  return address;
}

std::uint64_t MemoryPlan::reserve_constant(std::uint64_t size, std::string contents) {
  const std::uint64_t address = constants_end_;
  constants_end_ += aligned(size);
  segments_.push_back({address, size, {}, std::move(contents)});
  return address;
}

std::uint64_t MemoryPlan::allocate(std::uint64_t bytes) {
  bytes = aligned(bytes);
  auto best = free_.end();
  for (auto it = free_.begin(); it != free_.end(); ++it) {
    const std::uint64_t size = it->second - it->first;
    if (size >= bytes && (best == free_.end() || size < best->second - best->first)) best = it;
  }
  if (best == free_.end()) {
    const std::uint64_t begin = tensors_end_;
    tensors_end_ += bytes;
    return kTensorBase + begin;
  }
  const auto [begin, end] = *best;
  free_.erase(best);
  if (begin + bytes < end) free_[begin + bytes] = end;
  return kTensorBase + begin;
}

void MemoryPlan::release(std::uint64_t address, std::uint64_t bytes) {
  std::uint64_t begin = address - kTensorBase, end = begin + aligned(bytes);
  auto next = free_.lower_bound(begin);
  if (next != free_.end() && next->first == end) {
    end = next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin()) {
    const auto previous = std::prev(next);
    if (previous->second == begin) {
      begin = previous->first;
      free_.erase(previous);
    }
  }
  free_[begin] = end;
}

void MemoryPlan::finish(Program& program) {
  const auto settle = [&](std::uint64_t& address) {
    if (address >= kTensorBase) address = address - kTensorBase + constants_end_;
  };
  for (isa::Command& command : program.commands)
    if (auto* transfer = std::get_if<isa::Transfer>(&command.body)) settle(transfer->memory_address);
  for (LinearTensor& tensor : program.inputs) settle(tensor.address);
  for (LinearTensor& tensor : program.outputs) settle(tensor.address);
  program.segments = std::move(segments_);
  program.memory_bytes = constants_end_ + tensors_end_;
}

}  // namespace intloom::compile
