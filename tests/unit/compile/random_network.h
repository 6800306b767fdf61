// Random integer networks and machines, small enough to be computed element by element.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"

namespace intloom::test {

using Random = std::mt19937;

// Inclusive on both sides.
std::int64_t between(Random& random, std::int64_t least, std::int64_t most);
bool chance(Random& random, double probability);

// Builds networks layer by layer; every method returns the output.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(Random& random) : random_(random) {}

  quant::TensorId add_input(const graph::Shape& shape, int channel_axis = 1);
  quant::TensorId add_constant(const graph::Shape& shape, int channel_axis);
  // Null layers where a random choice does not suit the tensor: -1.
  quant::TensorId add_conv(quant::TensorId input);
  quant::TensorId add_conv(quant::TensorId input, quant::ConvParameters conv);
  quant::TensorId add_binary(quant::TensorId a, quant::TensorId b, quant::Op op);
  quant::TensorId add_random_binary(quant::TensorId a);
  quant::TensorId add_pool(quant::TensorId input);
  quant::TensorId add_global_pool(quant::TensorId input);
  quant::TensorId add_concat(const std::vector<quant::TensorId>& inputs, int axis);
  quant::TensorId add_random_concat(quant::TensorId first);
  quant::TensorId add_rescale(quant::TensorId input);
  quant::TensorId add_lookup(quant::TensorId input);
  quant::TensorId add_slice(quant::TensorId input);
  quant::TensorId add_resize(quant::TensorId input);
  quant::TensorId add_relayout(quant::TensorId input, std::vector<int> perm, const graph::Shape& shape,
                               int channel_axis);
  quant::TensorId add_random_relayout(quant::TensorId input);
  quant::TensorId add_random_layer();
  void add_output(quant::TensorId tensor);

  quant::Network& network() { return network_; }
  const quant::Tensor& tensor(quant::TensorId id) const { return network_.tensor(id); }

 private:
  quant::TensorId add_tensor(const graph::Shape& shape, int channel_axis);
  quant::TensorId add_layer(quant::Op op, std::vector<quant::TensorId> inputs, quant::TensorId output,
                            quant::LayerParameters parameters);
  float multiplier(double typical);
  quant::TensorId add_like(quant::TensorId input, const graph::Shape& shape);
  std::vector<std::int64_t> any_index(std::int64_t from);
  quant::TensorId random_tensor();

  Random& random_;
  quant::Network network_;
};

quant::Network random_network(Random& random, int layers);
std::vector<std::vector<std::uint8_t>> random_inputs(Random& random, const quant::Network& network);

// Arrays of 4 to 20 rows and columns, buffers from far too small to ample.
isa::MachineDescription random_machine(Random& random);

}  // namespace intloom::test
