// A network as integer layers: what is left of a quantized graph when QuantizeLinear and DequantizeLinear are folded.
//
// Every tensor between layers is int8 or uint8 with one scale and zero point. A layer says in real numbers how it
// rescales (M); how a machine's multiplier bits represent M is runtime/quant/multiplier.h.
//
// Batch: every tensor has dimension 0 equal to 1 (graph.h).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::quant {

using TensorId = std::int32_t;

// The three axes hardware knows: a tensor of any rank as channels x height x width.
// channel_axis 1 (convolutions): [1, C, spatial...]: width is the last dimension, height the product of those between.
// channel_axis last (MatMul): [..., C]: width is the dimension before the last, height the product of those before it.
// Rank 1 and [1, C]: height = width = 1. [S, C]: width S (channel_axis 1 is the last).
struct MapShape {
  std::int64_t channels = 1, height = 1, width = 1;
};

// Names are the model's, so several tensors may share one: an input read with two scales, a tensor with its channels
// on another axis. Of QOperator nodes both names are the integer tensor's.
struct Tensor {
  std::string name;            // float tensor's name in the model ("conv1_out")
  std::string quantized_name;  // of the tensor behind its QuantizeLinear ("conv1_out_QuantizeLinear_Output"), or empty
  graph::Shape shape;          // the model's, dimension 0 is 1
  graph::DataType type = graph::DataType::int8;  // int8 or uint8
  float scale = 1;
  std::int32_t zero_point = 0;
  int channel_axis = 1;
  std::shared_ptr<const graph::TensorData> constant;  // set for quantized constants of Add, Mul, Concat; of Add and
                                                      // Mul with the rank of the output (leading 1s)
};
MapShape map_shape(const Tensor& tensor);

// Output range after the folded activation: inside the output type.
struct Clamp {
  std::int32_t lo = -128, hi = 127;
};

// Window of convolution and pooling; 1-D operators have height 1. Pads: top, left, bottom, right.
struct WindowParameters {
  std::int64_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  std::array<std::int64_t, 4> pads{0, 0, 0, 0};
};

// Y[n] = clamp(R((sum (X - Zx)(W[n] - Zw) + bias[n]) * M[n]) + Zy)
// Conv, Gemm, MatMul with constant weights; a Gemm behind a Flatten becomes a Conv whose kernel is the whole map.
struct ConvParameters {
  std::vector<std::int16_t> weights;  // raw integers as stored in the model, [N][C/groups][kernel_h][kernel_w]
  bool weights_signed = true;
  std::int32_t weight_zero_point = 0;
  std::vector<std::int32_t> bias;  // N, at scale Sx*Sw; zeros where the model has none
  std::int64_t output_channels = 1, channels = 1, groups = 1;
  WindowParameters window;
  std::vector<float> weight_scale;  // 1 or N
  // f32(f32(Sx*Sw)/Sy) as ONNX Runtime computes it: 1 (per tensor) or N (per channel)
  std::vector<float> multiplier;
};

// Add: M[0] = f32(Sa/Sy), M[1] = f32(Sb/Sy); Subtract: the same, A's part minus B's. Maximum, minimum: the same M, max
// or min of R((A - Za)*M[0]) and R((B - Zb)*M[1]), + Zy. Multiply: M[0] = f32(f32(Sa*Sb)/Sy). b may be constant; a and
// b broadcast to the output (NumPy rules on the model's shapes).
struct BinaryParameters {
  std::array<float, 2> multiplier{1, 1};
};

// MaxPool, AveragePool, GlobalAveragePool (kernel = whole map).
// Max: Y = R((max(X) - Zx) * M) + Zy; padding is never the maximum.
// Average: Y = R(sum(X - Zx) * M / count) + Zy, M = Sx/Sy; count: taps inside, or all with count_padding; 1 for a sum.
struct PoolParameters {
  WindowParameters window;
  bool count_padding = false;
  bool global = false;
  bool is_sum = false;   // average pooling only: the sum, not divided by the count
  float multiplier = 1;  // f32(Sx/Sy); exactly 1 where scales are equal
};

// Requantizing copy of each input into its range of the output along `axis` (of the model's shape).
struct ConcatParameters {
  int axis = 1;
  std::vector<float> multiplier;  // one an input, f32(Sx/Sy)
};

// Y = R((X - Zx) * M) + Zy: a change of scale, zero point or type; a Relu or Clip that nothing could fold.
struct RescaleParameters {
  float multiplier = 1;
};

// The same integers in another shape or order: Reshape, Flatten, Transpose. Element order: first permute (perm over the
// input's dimensions; identity when empty), then reshape to the output's shape. Also changes of channel_axis, and the
// same integers read with another scale and zero point (the output tensor's). Does not clamp.
struct RelayoutParameters {
  std::vector<int> perm;
};

// Y = table[X], X as the bits of its byte: a function of one input (Sigmoid, ...), or a chain of them. Quantization of
// input and output and the clamp are in the table.
struct TableParameters {
  std::array<std::uint8_t, 256> table{};
};

// The same integers, a part of them (Slice, Split): element i of the output along dimension d is element start[d] + i
// of the input. Input and output have one rank; does not clamp.
struct SliceParameters {
  std::vector<std::int64_t> start;
};

// Resize by the nearest pixel: Y[c][y][x] = X[c][row[y]][column[x]], ascending; the same integers. Does not clamp.
struct ResizeParameters {
  std::vector<std::int64_t> row, column;
};

using LayerParameters =
    std::variant<ConvParameters, BinaryParameters, PoolParameters, ConcatParameters, RescaleParameters,
                 RelayoutParameters, TableParameters, SliceParameters, ResizeParameters>;

enum class Op : std::uint8_t {
  conv,
  add,
  multiply,
  max_pool,
  average_pool,
  concat,
  rescale,
  relayout,
  lookup,
  subtract,
  maximum,
  minimum,
  slice,
  resize
};
std::string_view op_name(Op op);

struct Layer {
  std::string name;     // of the model's node (Conv, Add, ...), with a suffix (/channel_axis, /scale, /rank) where the
                        // lowering added a relayout; twice where one float value is quantized with two scales
  std::string onnx_op;  // Conv, Gemm, MatMul, QLinearConv, ...
  Op op = Op::conv;
  std::vector<TensorId> inputs;
  TensorId output = -1;
  Clamp clamp;
  std::vector<std::string> folded;  // names of the model's nodes this layer absorbed (Relu, Clip, Identity, ...)
  LayerParameters parameters;

  const ConvParameters& conv() const { return std::get<ConvParameters>(parameters); }
  const BinaryParameters& binary() const { return std::get<BinaryParameters>(parameters); }
  const PoolParameters& pool() const { return std::get<PoolParameters>(parameters); }
  const ConcatParameters& concat() const { return std::get<ConcatParameters>(parameters); }
  const RescaleParameters& rescale() const { return std::get<RescaleParameters>(parameters); }
  const RelayoutParameters& relayout() const { return std::get<RelayoutParameters>(parameters); }
  const TableParameters& table() const { return std::get<TableParameters>(parameters); }
  const SliceParameters& slice() const { return std::get<SliceParameters>(parameters); }
  const ResizeParameters& resize() const { return std::get<ResizeParameters>(parameters); }
};

// A model input or output and the integer tensor it becomes. An input that is read with two quantizations is two
// entries of one name. Inputs that no output depends on have none.
struct Boundary {
  std::string name;      // in the model
  TensorId tensor = -1;  // integer tensor inside
  graph::DataType type =
      graph::DataType::float32;  // in the model: float32 (host quantizes / dequantizes), int8 or uint8
  graph::Shape shape;
};

struct Network {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Layer> layers;  // program order
  std::vector<Boundary> inputs, outputs;
  std::int64_t folded_quantize_nodes = 0, folded_dequantize_nodes = 0;
  // False: a network of shapes (lower_as_int8). ConvParameters::weights are empty, biases and constants 0, scales 1: it
  // has cycles, but no values.
  bool has_values = true;

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
};

std::int64_t layer_macs(const Network& network, const Layer& layer);  // useful multiply-accumulates; 0 where none

}  // namespace intloom::quant
