#include "sim/session/machine_run.h"

#include <algorithm>

#include "runtime/graph/graph.h"

namespace intloom::sim {

namespace {

// Row-major strides of channel, row and pixel in the model's own order.
struct ModelStrides {
  std::size_t channel, y, x;
};

ModelStrides model_strides(const quant::Tensor& tensor) {
  const quant::MapShape map = quant::map_shape(tensor);
  const auto channels = static_cast<std::size_t>(map.channels);
  const auto height = static_cast<std::size_t>(map.height), width = static_cast<std::size_t>(map.width);
  const bool channels_last =
      tensor.shape.size() >= 2 && tensor.channel_axis + 1 == static_cast<int>(tensor.shape.size());
  if (channels_last) return {1, width * channels, channels};
  return {height * width, width, 1};
}

// Row-major elements in the order of `perm` over the dimensions of `shape` (empty: as they are).
reference::IntegerTensor permuted(const reference::IntegerTensor& from, const graph::Shape& shape,
                                  const std::vector<int>& perm) {
  if (perm.empty()) return from;
  const std::size_t rank = shape.size();
  std::vector<std::size_t> stride(rank, 1), index(rank, 0);
  for (std::size_t d = rank - 1; d > 0; --d) stride[d - 1] = stride[d] * static_cast<std::size_t>(shape[d]);
  reference::IntegerTensor to(from.size());
  for (std::uint8_t& element : to) {
    std::size_t source = 0;
    for (std::size_t d = 0; d < rank; ++d) source += index[d] * stride[static_cast<std::size_t>(perm[d])];
    element = from[source];
    for (std::size_t d = rank; d-- > 0;) {
      if (++index[d] < static_cast<std::size_t>(shape[static_cast<std::size_t>(perm[d])])) break;
      index[d] = 0;
    }
  }
  return to;
}

}  // namespace

MachineRun::MachineRun(const quant::Network& network, const compile::Program& program,
                       const isa::MachineDescription& machine, bool collect_tensors)
    : network_(network), program_(program), collect_tensors_(collect_tensors), machine_(machine) {
  machine_.load_program(program.commands);
  load_segments();
  first_piece_.assign(program.commands.size() + 1, 0);
  for (const compile::OutputPiece& piece : program.pieces) ++first_piece_[piece.command + 1];
  for (std::size_t i = 1; i < first_piece_.size(); ++i) first_piece_[i] += first_piece_[i - 1];
  machine_.on_command_end([this](std::uint32_t command) { observe_end(command); });
}

void MachineRun::load_segments() {
  for (const compile::MemorySegment& segment : program_.segments)
    machine_.write_memory(segment.address, segment.bytes.data(), segment.bytes.size());
}

std::vector<reference::IntegerTensor> MachineRun::run(const std::vector<reference::IntegerTensor>& inputs) {
  tensors_.assign(network_.tensors.size(), {});
  effects_.assign(program_.commands.size(), {});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    machine_.write_memory(program_.inputs[i].address, inputs[i].data(), inputs[i].size());
    tensors_[static_cast<std::size_t>(network_.inputs[i].tensor)] = inputs[i];
  }
  machine_.run();
  take_aliases();
  read_outputs();
  return std::move(tensors_);
}

void MachineRun::observe_end(std::uint32_t command) {
  const isa::Unit unit = program_.commands[command].unit;
  const auto difference = [](std::uint64_t now, std::uint64_t& seen) {
    const std::uint64_t since = now - seen;
    seen = now;
    return static_cast<std::int64_t>(since);
  };
  const hw::Core& core = machine_.core();
  if (unit == isa::Unit::exec) effects_[command].overflows = difference(core.accumulator.overflows(), overflows_seen_);
  if (unit == isa::Unit::requant)
    effects_[command].saturations = difference(core.requant.saturations(), saturations_seen_);
  if (unit == isa::Unit::vector)
    effects_[command].saturations = difference(core.vector.saturations(), vector_saturations_seen_);
  if (collect_tensors_) take_pieces(command);
}

void MachineRun::take_pieces(std::uint32_t command) {
  for (std::uint32_t i = first_piece_[command]; i < first_piece_[command + 1]; ++i) take_piece(program_.pieces[i]);
}

void MachineRun::take_piece(const compile::OutputPiece& piece) {
  const quant::Tensor& tensor = network_.tensor(piece.tensor);
  reference::IntegerTensor& out = tensors_[static_cast<std::size_t>(piece.tensor)];
  if (out.empty()) out.resize(static_cast<std::size_t>(graph::element_count(tensor.shape)));
  const ModelStrides strides = model_strides(tensor);
  const auto rows = static_cast<std::uint32_t>(machine_.description().array.rows);
  const isa::MapRegion& map = piece.where;
  const std::size_t row_bytes = std::size_t{map.width - 1} * map.pixel_pitch + rows;
  row_.resize(row_bytes);
  for (std::uint32_t done = 0; done < piece.channels;) {
    const std::uint32_t lane = (piece.lane0 + done) % rows, block = (piece.lane0 + done) / rows;
    const std::uint32_t count = std::min(rows - lane, piece.channels - done);
    for (std::uint32_t y = 0; y < map.height; ++y) {
      machine_.read_activations(map.address + block * map.block_pitch + y * map.row_pitch, row_.data(), row_bytes);
      const std::size_t base = (piece.channel0 + done) * strides.channel + (piece.y0 + y) * strides.y;
      for (std::uint32_t x = 0; x < map.width; ++x) {
        const std::uint8_t* word = row_.data() + std::size_t{x} * map.pixel_pitch + lane;
        std::uint8_t* target = out.data() + base + (piece.x0 + x) * strides.x;
        for (std::uint32_t c = 0; c < count; ++c) target[c * strides.channel] = word[c];
      }
    }
    done += count;
  }
}

void MachineRun::take_aliases() {
  if (!collect_tensors_) return;
  for (const compile::Alias& alias : program_.alias_of)
    for (const quant::Layer& layer : network_.layers)
      if (layer.output == alias.tensor)
        tensors_[static_cast<std::size_t>(alias.tensor)] =
            permuted(tensors_[static_cast<std::size_t>(alias.source)], network_.tensor(alias.source).shape,
                     layer.relayout().perm);
}

void MachineRun::read_outputs() {
  for (const compile::LinearTensor& output : program_.outputs) {
    reference::IntegerTensor integers(static_cast<std::size_t>(output.bytes));
    machine_.read_memory(output.address, integers.data(), integers.size());
    tensors_[static_cast<std::size_t>(output.tensor)] = std::move(integers);
  }
}

}  // namespace intloom::sim
