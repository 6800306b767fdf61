#include "sim/session/tensor_collector.h"

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

TensorCollector::TensorCollector(const quant::Network& network, const compile::Program& program, int rows,
                                 bool all_layers)
    : network_(network),
      program_(program),
      rows_(static_cast<std::uint32_t>(rows)),
      all_layers_(all_layers),
      first_piece_(program.commands.size() + 1, 0) {
  for (const compile::OutputPiece& piece : program.pieces) ++first_piece_[piece.command + 1];
  for (std::size_t i = 1; i < first_piece_.size(); ++i) first_piece_[i] += first_piece_[i - 1];
}

void TensorCollector::begin(const std::vector<reference::IntegerTensor>& inputs) {
  tensors_.assign(network_.tensors.size(), {});
  for (std::size_t i = 0; i < inputs.size(); ++i)
    tensors_[static_cast<std::size_t>(network_.inputs[i].tensor)] = inputs[i];
  if (!all_layers_) return;
  for (const compile::OutputPiece& piece : program_.pieces) {
    reference::IntegerTensor& tensor = tensors_[static_cast<std::size_t>(piece.tensor)];
    if (tensor.empty())
      tensor.resize(static_cast<std::size_t>(graph::element_count(network_.tensor(piece.tensor).shape)));
  }
}

void TensorCollector::take(std::uint32_t command, const ReadActivations& read) {
  if (!all_layers_) return;
  for (std::uint32_t i = first_piece_[command]; i < first_piece_[command + 1]; ++i)
    take_piece(program_.pieces[i], read);
}

void TensorCollector::take_piece(const compile::OutputPiece& piece, const ReadActivations& read) {
  const quant::Tensor& tensor = network_.tensor(piece.tensor);
  reference::IntegerTensor& out = tensors_[static_cast<std::size_t>(piece.tensor)];
  const ModelStrides strides = model_strides(tensor);
  const isa::MapRegion& map = piece.where;
  const std::size_t row_bytes = std::size_t{map.width - 1} * map.pixel_pitch + rows_;
  static thread_local std::vector<std::uint8_t> row;
  row.resize(row_bytes);
  for (std::uint32_t done = 0; done < piece.channels;) {
    const std::uint32_t lane = (piece.lane0 + done) % rows_, block = (piece.lane0 + done) / rows_;
    const std::uint32_t count = std::min(rows_ - lane, piece.channels - done);
    for (std::uint32_t y = 0; y < map.height; ++y) {
      read(map.address + block * map.block_pitch + y * map.row_pitch, row.data(), row_bytes);
      const std::size_t base = (piece.channel0 + done) * strides.channel + (piece.y0 + y) * strides.y;
      for (std::uint32_t x = 0; x < map.width; ++x) {
        const std::uint8_t* word = row.data() + std::size_t{x} * map.pixel_pitch + lane;
        std::uint8_t* target = out.data() + base + (piece.x0 + x) * strides.x;
        for (std::uint32_t c = 0; c < count; ++c) target[c * strides.channel] = word[c];
      }
    }
    done += count;
  }
}

void TensorCollector::take_aliases() {
  if (!all_layers_) return;
  for (const compile::Alias& alias : program_.alias_of)
    for (const quant::Layer& layer : network_.layers)
      if (layer.output == alias.tensor)
        tensors_[static_cast<std::size_t>(alias.tensor)] =
            permuted(tensors_[static_cast<std::size_t>(alias.source)], network_.tensor(alias.source).shape,
                     layer.relayout().perm);
}

std::vector<reference::IntegerTensor> TensorCollector::finish(const ReadMemory& read) {
  take_aliases();
  for (const compile::LinearTensor& output : program_.outputs) {
    reference::IntegerTensor integers(static_cast<std::size_t>(output.bytes));
    read(output.address, integers.data(), integers.size());
    tensors_[static_cast<std::size_t>(output.tensor)] = std::move(integers);
  }
  return std::move(tensors_);
}

}  // namespace intloom::sim
