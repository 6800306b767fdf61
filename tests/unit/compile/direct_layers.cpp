#include "tests/unit/compile/direct_layers.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "runtime/quant/multiplier.h"

namespace intloom::test {
namespace {

class Direct {
 public:
  Direct(const quant::Network& network, const isa::MachineDescription& machine, std::vector<Bytes>& values,
         const quant::Layer& layer)
      : network_(network), machine_(machine), values_(values), layer_(layer), out_(network.tensor(layer.output)) {}

  void run() {
    values_[static_cast<std::size_t>(layer_.output)].resize(static_cast<std::size_t>(graph::element_count(out_.shape)));
    switch (layer_.op) {
      case quant::Op::conv:
        return conv();
      case quant::Op::add:
      case quant::Op::subtract:
      case quant::Op::multiply:
      case quant::Op::maximum:
      case quant::Op::minimum:
        return binary();
      case quant::Op::lookup:
        return lookup();
      case quant::Op::slice:
        return slice();
      case quant::Op::resize:
        return resize();
      case quant::Op::max_pool:
      case quant::Op::average_pool:
        return pool();
      case quant::Op::concat:
        return concat();
      case quant::Op::rescale:
        return rescale();
      case quant::Op::relayout:
        return relayout();
    }
  }

 private:
  const quant::Tensor& input(std::size_t i) const { return network_.tensor(layer_.inputs[i]); }

  std::int64_t raw(std::size_t i, std::int64_t index) const {
    const std::uint8_t byte = values_[static_cast<std::size_t>(layer_.inputs[i])].at(static_cast<std::size_t>(index));
    return input(i).type == graph::DataType::int8 ? static_cast<std::int8_t>(byte) : std::int64_t{byte};
  }
  std::int64_t centered(std::size_t i, std::int64_t index) const { return raw(i, index) - input(i).zero_point; }

  // With the output's zero point added already.
  void put_raw(std::int64_t index, std::int64_t value) {
    values_[static_cast<std::size_t>(layer_.output)].at(static_cast<std::size_t>(index)) =
        static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, layer_.clamp.lo, layer_.clamp.hi));
  }
  void put(std::int64_t index, std::int64_t value) { put_raw(index, value + out_.zero_point); }

  std::int64_t scaled(std::int64_t value, double multiplier, const isa::ScalingDescription& scaling) const {
    if (scaling.multiplier == isa::Multiplier::float32)
      return std::llrint(static_cast<double>(static_cast<float>(value) * static_cast<float>(multiplier)));
    const quant::FixedMultiplier fixed =
        quant::quantize_multiplier(multiplier, scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
    return round_half_even(value * static_cast<std::int64_t>(fixed.m0), static_cast<unsigned>(fixed.n));
  }

  void conv() {
    const quant::ConvParameters& p = layer_.conv();
    const quant::WindowParameters& w = p.window;
    const MapView in(input(0)), out(out_);
    const std::int64_t group_inputs = p.channels / p.groups, group_outputs = p.output_channels / p.groups;
    for (std::int64_t n = 0; n < p.output_channels; ++n) {
      for (std::int64_t y = 0; y < out.shape().height; ++y) {
        for (std::int64_t x = 0; x < out.shape().width; ++x) {
          std::int64_t sum = p.bias[static_cast<std::size_t>(n)];
          for (std::int64_t c = 0; c < group_inputs; ++c) {
            for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
              for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
                const std::int64_t iy = y * w.stride_h + ky * w.dilation_h - w.pads[0];
                const std::int64_t ix = x * w.stride_w + kx * w.dilation_w - w.pads[1];
                if (iy < 0 || iy >= in.shape().height || ix < 0 || ix >= in.shape().width) continue;
                const std::int64_t weight =
                    p.weights[static_cast<std::size_t>(((n * group_inputs + c) * w.kernel_h + ky) * w.kernel_w + kx)];
                sum += centered(0, in.index(n / group_outputs * group_inputs + c, iy, ix)) *
                       (weight - p.weight_zero_point);
              }
            }
          }
          const float multiplier = p.multiplier[p.multiplier.size() > 1 ? static_cast<std::size_t>(n) : 0];
          put(out.index(n, y, x), scaled(sum, multiplier, machine_.requant.scaling));
        }
      }
    }
  }

  // Row-major index in input i of the element that broadcasts to index `at` of the output.
  std::int64_t broadcast_index(std::size_t i, std::int64_t at) const {
    const graph::Shape &shape = input(i).shape, &target = out_.shape;
    std::int64_t index = 0, stride = 1;
    for (std::size_t d = target.size(); d-- > 0;) {
      const std::int64_t coordinate = at % target[d];
      at /= target[d];
      if (d + shape.size() < target.size()) continue;
      const std::int64_t extent = shape[d + shape.size() - target.size()];
      if (extent > 1) index += coordinate * stride;
      stride *= extent;
    }
    return index;
  }

  void lookup() {
    const Bytes& from = values_[static_cast<std::size_t>(layer_.inputs[0])];
    Bytes& to = values_[static_cast<std::size_t>(layer_.output)];
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = layer_.table().table[from.at(i)];
  }

  void slice() {
    for (std::int64_t i = 0; i < graph::element_count(out_.shape); ++i) {
      std::int64_t from = 0, rest = i, outputs = graph::element_count(out_.shape);
      for (std::size_t d = 0; d < out_.shape.size(); ++d) {
        outputs /= out_.shape[d];
        from = from * input(0).shape[d] + layer_.slice().start[d] + rest / outputs;
        rest %= outputs;
      }
      put_raw(i, raw(0, from));
    }
  }

  void resize() {
    const MapView in(input(0)), out(out_);
    for (std::int64_t c = 0; c < out.shape().channels; ++c)
      for (std::int64_t y = 0; y < out.shape().height; ++y)
        for (std::int64_t x = 0; x < out.shape().width; ++x)
          put_raw(out.index(c, y, x), raw(0, in.index(c, layer_.resize().row[static_cast<std::size_t>(y)],
                                                      layer_.resize().column[static_cast<std::size_t>(x)])));
  }

  void binary() {
    const isa::ScalingDescription& scaling = machine_.vector.scaling;
    const float ma = layer_.binary().multiplier[0];
    const float mb = layer_.op == quant::Op::subtract ? -layer_.binary().multiplier[1] : layer_.binary().multiplier[1];
    const bool is_float = scaling.multiplier == isa::Multiplier::float32;
    const auto zero = [](const quant::Tensor& tensor) { return static_cast<float>(tensor.zero_point); };
    for (std::int64_t i = 0; i < graph::element_count(out_.shape); ++i) {
      const std::int64_t ia = broadcast_index(0, i), ib = broadcast_index(1, i);
      const std::int64_t a = centered(0, ia), b = centered(1, ib);
      if (layer_.op == quant::Op::multiply) {
        const float product = static_cast<float>(a * b) * ma;
        if (is_float)
          put_raw(i, std::llrint(static_cast<double>(product + zero(out_))));
        else
          put(i, scaled(a * b, ma, scaling));
      } else if (layer_.op == quant::Op::maximum || layer_.op == quant::Op::minimum) {
        const std::int64_t first = scaled(a, ma, scaling), second = scaled(b, mb, scaling);
        put(i, layer_.op == quant::Op::maximum ? std::max(first, second) : std::min(first, second));
      } else if (is_float) {
        const float constant = zero(out_) - std::fma(ma, zero(input(0)), mb * zero(input(1)));
        const float inner = std::fma(static_cast<float>(raw(1, ib)), mb, constant);
        put_raw(i, std::llrint(static_cast<double>(std::fma(static_cast<float>(raw(0, ia)), ma, inner))));
      } else {
        const quant::FixedMultiplierPair pair = quant::quantize_multiplier_pair(
            ma, std::abs(mb), scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
        const std::int64_t second = b * static_cast<std::int64_t>(pair.m0_b) * (mb < 0 ? -1 : 1);
        put(i, round_half_even(a * static_cast<std::int64_t>(pair.m0_a) + second, static_cast<unsigned>(pair.n)));
      }
    }
  }

  void pool() {
    const quant::PoolParameters& p = layer_.pool();
    const MapView in(input(0)), out(out_);
    quant::WindowParameters w = p.window;
    if (p.global) {
      w = {};
      w.kernel_h = in.shape().height;
      w.kernel_w = in.shape().width;
    }
    for (std::int64_t c = 0; c < out.shape().channels; ++c) {
      for (std::int64_t y = 0; y < out.shape().height; ++y) {
        for (std::int64_t x = 0; x < out.shape().width; ++x) {
          std::int64_t sum = 0, largest = -1000, count = 0;
          for (std::int64_t tap = 0; tap < w.kernel_h * w.kernel_w; ++tap) {
            const std::int64_t iy = y * w.stride_h + tap / w.kernel_w * w.dilation_h - w.pads[0];
            const std::int64_t ix = x * w.stride_w + tap % w.kernel_w * w.dilation_w - w.pads[1];
            const bool inside = iy >= 0 && iy < in.shape().height && ix >= 0 && ix < in.shape().width;
            if (inside || p.count_padding) ++count;
            if (!inside) continue;
            const std::int64_t value = centered(0, in.index(c, iy, ix));
            sum += value;
            largest = std::max(largest, value);
          }
          const bool is_max = layer_.op == quant::Op::max_pool;
          put(out.index(c, y, x),
              is_max ? scaled(largest, p.multiplier, machine_.vector.scaling) : average(sum, count));
        }
      }
    }
  }

  // float32 as ONNX Runtime: a scale of Sx / (Sy * count), all in float.
  std::int64_t average(std::int64_t sum, std::int64_t count) const {
    const isa::ScalingDescription& scaling = machine_.vector.scaling;
    if (scaling.multiplier == isa::Multiplier::float32)
      return scaled(sum, input(0).scale / (out_.scale * static_cast<float>(count)), scaling);
    return scaled(sum, static_cast<double>(layer_.pool().multiplier) / static_cast<double>(count), scaling);
  }

  void concat() {
    const auto axis = static_cast<std::size_t>(layer_.concat().axis);
    std::int64_t inner = 1, offset = 0;
    for (std::size_t d = axis + 1; d < out_.shape.size(); ++d) inner *= out_.shape[d];
    for (std::size_t i = 0; i < layer_.inputs.size(); ++i) {
      const std::int64_t run = input(i).shape[axis] * inner;
      for (std::int64_t e = 0; e < graph::element_count(input(i).shape); ++e)
        put(e / run * out_.shape[axis] * inner + offset + e % run,
            scaled(centered(i, e), layer_.concat().multiplier[i], machine_.vector.scaling));
      offset += run;
    }
  }

  void rescale() {
    for (std::int64_t i = 0; i < graph::element_count(out_.shape); ++i)
      put(i, scaled(centered(0, i), layer_.rescale().multiplier, machine_.vector.scaling));
  }

  void relayout() {
    const std::vector<int>& perm = layer_.relayout().perm;
    const graph::Shape& shape = input(0).shape;
    for (std::int64_t i = 0; i < graph::element_count(out_.shape); ++i) {
      std::int64_t from = i;
      if (!perm.empty()) {
        std::vector<std::int64_t> coordinate(shape.size());
        std::int64_t rest = i;
        for (std::size_t d = perm.size(); d-- > 0;) {
          const auto source = static_cast<std::size_t>(perm[d]);
          coordinate[source] = rest % shape[source];
          rest /= shape[source];
        }
        from = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) from = from * shape[d] + coordinate[d];
      }
      values_[static_cast<std::size_t>(layer_.output)][static_cast<std::size_t>(i)] =
          values_[static_cast<std::size_t>(layer_.inputs[0])][static_cast<std::size_t>(from)];
    }
  }

  const quant::Network& network_;
  const isa::MachineDescription& machine_;
  std::vector<Bytes>& values_;
  const quant::Layer& layer_;
  const quant::Tensor& out_;
};

}  // namespace

std::int64_t round_half_even(std::int64_t value, unsigned n) {
  if (n == 0) return value;
  if (n > 62) return 0;
  const std::int64_t floor = value >> n, half = std::int64_t{1} << (n - 1);
  const std::int64_t rest = value & ((std::int64_t{1} << n) - 1);
  return floor + (rest > half || (rest == half && (floor & 1) != 0) ? 1 : 0);
}

MapView::MapView(const quant::Tensor& tensor)
    : shape_(quant::map_shape(tensor)),
      channels_last_(tensor.shape.size() > 2 &&
                     static_cast<std::size_t>(tensor.channel_axis) + 1 == tensor.shape.size()) {}

std::vector<Bytes> run_directly(const quant::Network& network, const isa::MachineDescription& machine,
                                const std::vector<Bytes>& inputs) {
  std::vector<Bytes> values(network.tensors.size());
  for (std::size_t i = 0; i < network.tensors.size(); ++i)
    if (network.tensors[i].constant) values[i] = network.tensors[i].constant->bytes;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    values[static_cast<std::size_t>(network.inputs[i].tensor)] = inputs[i];
  for (const quant::Layer& layer : network.layers) Direct(network, machine, values, layer).run();
  return values;
}

}  // namespace intloom::test
