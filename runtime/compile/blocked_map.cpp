#include "runtime/compile/blocked_map.h"

namespace intloom::compile {

isa::MapRegion region(const BlockedMap& map, const MapBox& box, bool is_signed) {
  isa::MapRegion result;
  result.address = static_cast<std::uint32_t>(map.at(box.block, box.y, box.x));
  result.pixel_pitch = static_cast<std::uint32_t>(map.word);
  result.row_pitch = static_cast<std::uint32_t>(map.row_pitch());
  result.block_pitch = static_cast<std::uint32_t>(map.block_pitch());
  result.height = static_cast<std::uint32_t>(box.height);
  result.width = static_cast<std::uint32_t>(box.width);
  result.is_signed = is_signed;
  return result;
}

isa::Transfer box_transfer(const BlockedMap& memory, const MapBox& box, const BlockedMap& slot) {
  return make_transfer(memory.at(box.block, box.y, box.x), slot.address,
                       {{box.width * memory.word, 1, 1},
                        {box.height, memory.row_pitch(), slot.row_pitch()},
                        {box.blocks, memory.block_pitch(), slot.block_pitch()}});
}

isa::Transfer run_transfer(isa::Buffer buffer, std::uint64_t memory_address, std::uint64_t buffer_address,
                           std::uint64_t bytes) {
  isa::Transfer transfer;
  transfer.buffer = buffer;
  transfer.memory_address = memory_address;
  transfer.buffer_address = static_cast<std::uint32_t>(buffer_address);
  transfer.extents[0] = static_cast<std::uint32_t>(bytes);
  return transfer;
}

void TransferAxes::add(const TransferAxis& axis) {
  if (axis.extent == 1) return;
  if (size_ > 0) {
    TransferAxis& inner = axes_[size_ - 1];
    if (axis.memory_stride == inner.extent * inner.memory_stride &&
        axis.buffer_stride == inner.extent * inner.buffer_stride) {
      inner.extent *= axis.extent;
      return;
    }
  }
  axes_.at(size_++) = axis;
}

isa::Transfer make_transfer(std::uint64_t memory_address, std::uint64_t buffer_address, const TransferAxes& axes) {
  isa::Transfer transfer;
  transfer.memory_address = memory_address;
  transfer.buffer_address = static_cast<std::uint32_t>(buffer_address);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    transfer.extents.at(i) = static_cast<std::uint32_t>(axes[i].extent);
    transfer.memory_strides[i] = axes[i].memory_stride;
    transfer.buffer_strides[i] = axes[i].buffer_stride;
  }
  return transfer;
}

}  // namespace intloom::compile
