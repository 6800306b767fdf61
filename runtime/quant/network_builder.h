// Collects tensors and layers in program order, inserts layers that only move or rescale integers, and at the end
// drops what nothing reads.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/quant/channel_axes.h"
#include "runtime/quant/network.h"
#include "runtime/quant/quantization.h"
#include "runtime/quant/value.h"

namespace intloom::quant {

class NetworkBuilder {
 public:
  const Tensor& tensor(TensorId id) const { return network_.tensor(id); }
  // The integers that can occur: the clamp of the layer that makes the tensor, or the type's range.
  const Clamp& range(TensorId id) const { return range_[static_cast<std::size_t>(id)]; }
  // Up to rank 2 both axes are the same one: last.
  Axis axis(TensorId id) const;
  // The layer that makes a tensor; null for inputs and constants.
  const Layer* producer(TensorId id) const;
  // Notes a node without effect (Identity, Cast) at the layer that makes the tensor.
  void absorb(TensorId id, const std::string& node_name);
  TensorId absorb_all(TensorId id, const std::vector<std::string>& node_names);  // the id

  // The integer tensor of a model input; one for each quantization it is read with.
  TensorId model_input(const graph::Tensor& input, const std::string& quantized_name, const Quantization& quantization);
  TensorId constant(const std::string& name, const QuantizedConstant& constant, const graph::Shape& shape);
  void model_output(const graph::Tensor& output, TensorId id);

  // Where the channels of a layer's output lie.
  struct Output {
    graph::Shape shape;
    Axis axis = Axis::undecided;
    TensorId like = -1;  // if set: as this tensor's, of the same rank
  };
  // Appends a layer; its output's name, quantization and clamp come from `target`, which also tells what it absorbs.
  TensorId add_layer(Layer layer, const Output& output, const Target& target);

  // The tensor with its channels where the consumer wants them; a relayout layer if they lie elsewhere.
  TensorId require_axis(TensorId id, Axis wanted);
  // The channels of `b` where those of `a` are.
  TensorId match_axis(TensorId a, TensorId b);
  // A layer that permutes, then reshapes; the tensor itself where that changes nothing.
  TensorId relayout(TensorId id, const graph::Node& node, const std::vector<int>& perm, const graph::Shape& shape,
                    const std::string& name, const std::string& quantized_name);
  // A layer that changes scale, zero point, type or range; the tensor itself where that changes nothing.
  TensorId rescale(TensorId id, const Target& target);
  // The same integers read with another scale.
  TensorId reinterpret(TensorId id, const graph::Node& node, const Quantization& quantization);
  TensorId expand_rank(TensorId id, const graph::Node& node, std::size_t rank);

  // Inputs in the order of `graph`. Throws graph::ModelError for a map whose dimension 0 is not 1.
  Network finish(const graph::Graph& graph, std::int64_t quantize_nodes, std::int64_t dequantize_nodes);

 private:
  TensorId add_tensor(Tensor tensor, Axis axis, TensorId like);
  TensorId copy(TensorId id, const std::string& layer_name, const std::string& onnx_op, std::vector<int> perm,
                Tensor output, Axis axis);
  struct Move {
    TensorId input;
    std::vector<int> perm;
    std::vector<std::string> folded;
  };
  Move joined(TensorId id, std::vector<int> perm) const;
  void settle_axes();
  void keep_what_is_read();

  Network network_;
  ChannelAxes axes_;
  std::vector<Clamp> range_;
  std::vector<int> producer_;
  std::map<std::pair<TensorId, Axis>, TensorId> other_axis_;
  std::map<std::tuple<TensorId, float, std::int32_t>, TensorId> reinterpreted_;
  struct Rescaled {
    TensorId input;
    Quantization quantization;
    Clamp clamp;
    TensorId output;
  };
  std::vector<Rescaled> rescaled_;
};

}  // namespace intloom::quant
