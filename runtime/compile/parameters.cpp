#include "runtime/compile/parameters.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <stdexcept>

#include "rtl_models/arith/float_scaling.h"
#include "rtl_models/isa/parameter_record.h"
#include "runtime/compile/context.h"
#include "runtime/quant/multiplier.h"

namespace intloom::compile {
namespace {

std::uint32_t float_bits(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

isa::ParameterRecord record_of(const quant::Layer& layer, const isa::ScalingDescription& scaling, const char* unit,
                               double multiplier) {
  isa::ParameterRecord record;
  if (scaling.multiplier == isa::Multiplier::float32) {
    record.m0 = float_bits(static_cast<float>(multiplier));
    return record;
  }
  try {
    const quant::FixedMultiplier fixed =
        quant::quantize_multiplier(multiplier, scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
    record.m0 = fixed.m0;
    record.n = static_cast<std::uint8_t>(fixed.n);
  } catch (const std::domain_error& error) {
    throw layer_error(layer, fmt::format("{} ({}.shift_min is {}, {}.multiplier_bits {})", error.what(), unit,
                                         scaling.shift_min, unit, scaling.multiplier_bits));
  }
  return record;
}

void append(std::vector<std::uint8_t>& bytes, const isa::ParameterRecord& record) {
  bytes.resize(bytes.size() + isa::kParameterRecordBytes);
  isa::write_parameter_record(record, bytes.data() + bytes.size() - isa::kParameterRecordBytes);
}

std::int32_t folded_bias(const quant::Layer& layer, std::int64_t channel, std::int64_t zero_point) {
  const quant::ConvParameters& conv = layer.conv();
  const std::int64_t taps = conv.channels / conv.groups * conv.window.kernel_h * conv.window.kernel_w;
  std::int64_t sum = 0;
  for (std::int64_t i = channel * taps; i < (channel + 1) * taps; ++i) sum += conv.weights[static_cast<std::size_t>(i)];
  const std::int64_t bias = conv.bias[static_cast<std::size_t>(channel)] - zero_point * sum;
  if (bias < std::numeric_limits<std::int32_t>::min() || bias > std::numeric_limits<std::int32_t>::max())
    throw layer_error(layer, fmt::format("array.zero_point: folded makes the bias of channel {} {}, beyond 32 bits; "
                                         "array.zero_point: operand would do",
                                         channel, bias));
  return static_cast<std::int32_t>(bias);
}

std::int32_t bias_of(const quant::Network& network, const quant::Layer& layer, const isa::MachineDescription& machine,
                     std::int64_t channel) {
  if (machine.array.zero_point == isa::ZeroPoint::folded)
    return folded_bias(layer, channel, network.tensor(layer.inputs[0]).zero_point);
  return layer.conv().bias[static_cast<std::size_t>(channel)];
}

void check_conv(const quant::Layer& layer, const isa::MachineDescription& machine) {
  const quant::ConvParameters& conv = layer.conv();
  if (machine.array.zero_point == isa::ZeroPoint::folded && conv.weight_zero_point != 0)
    throw layer_error(layer, fmt::format("array.zero_point: folded needs weights with zero point 0, these have {}; "
                                         "array.zero_point: operand would do",
                                         conv.weight_zero_point));
  if (conv.multiplier.size() > 1 && !machine.requant.scaling.per_channel)
    throw layer_error(layer, fmt::format("{} weight scales, one a channel, but requant.per_channel is false; "
                                         "requant.per_channel: true would do",
                                         conv.multiplier.size()));
}

}  // namespace

void check_conv_parameters(const quant::Layer& layer, const isa::MachineDescription& machine) {
  check_conv(layer, machine);
  // A machine that represents the largest multiplier represents them all; one that is no number shows in the minimum.
  float least = 0, most = 0;
  for (const float multiplier : layer.conv().multiplier) {
    if (!(multiplier >= least)) least = multiplier;
    if (multiplier > most) most = multiplier;
  }
  const isa::ScalingDescription& scaling = machine.requant.scaling;
  try {
    record_of(layer, scaling, "requant", least);
    record_of(layer, scaling, "requant", most);
  } catch (const CompileError&) {  // about the first one, as with values
    for (const float multiplier : layer.conv().multiplier) record_of(layer, scaling, "requant", multiplier);
  }
}

std::vector<std::uint8_t> conv_parameters(const quant::Network& network, const quant::Layer& layer,
                                          const isa::MachineDescription& machine, std::int64_t first,
                                          std::int64_t count) {
  check_conv(layer, machine);
  const quant::ConvParameters& conv = layer.conv();
  std::vector<std::uint8_t> bytes;
  if (conv.multiplier.size() > 1) {
    for (std::int64_t channel = first; channel < first + count; ++channel) {
      isa::ParameterRecord record =
          record_of(layer, machine.requant.scaling, "requant", conv.multiplier[static_cast<std::size_t>(channel)]);
      record.bias = bias_of(network, layer, machine, channel);
      append(bytes, record);
    }
    return bytes;
  }
  append(bytes, record_of(layer, machine.requant.scaling, "requant", conv.multiplier.at(0)));
  for (std::int64_t channel = first; channel < first + count; ++channel) {
    const std::int32_t bias = bias_of(network, layer, machine, channel);
    bytes.resize(bytes.size() + sizeof bias);
    std::memcpy(bytes.data() + bytes.size() - sizeof bias, &bias, sizeof bias);
  }
  const std::size_t word = isa::kParameterRecordBytes;
  bytes.resize((bytes.size() + word - 1) / word * word);
  return bytes;
}

std::vector<std::uint8_t> rescale_parameters(const quant::Layer& layer, const isa::MachineDescription& machine,
                                             double multiplier) {
  std::vector<std::uint8_t> bytes;
  append(bytes, record_of(layer, machine.vector.scaling, "vector", multiplier));
  return bytes;
}

std::vector<std::uint8_t> add_parameters(const quant::Network& network, const quant::Layer& layer,
                                         const isa::MachineDescription& machine) {
  const isa::ScalingDescription& scaling = machine.vector.scaling;
  const auto [ma, mb] = layer.binary().multiplier;
  std::vector<std::uint8_t> bytes;
  if (scaling.multiplier == isa::Multiplier::float32) {
    const auto zero_point = [&](quant::TensorId id) { return network.tensor(id).zero_point; };
    const int za = zero_point(layer.inputs[0]), zb = zero_point(layer.inputs[1]), zy = zero_point(layer.output);
    const float signed_mb = layer.op == quant::Op::subtract ? -mb : mb;
    const float constant = arith::float32_add_constant(ma, za, signed_mb, zb, zy);
    for (const float value : {ma, signed_mb, constant}) append(bytes, {0, float_bits(value), 0});
    return bytes;
  }
  try {
    const quant::FixedMultiplierPair pair =
        quant::quantize_multiplier_pair(ma, mb, scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
    append(bytes, {0, pair.m0_a, static_cast<std::uint8_t>(pair.n)});
    append(bytes, {0, pair.m0_b, static_cast<std::uint8_t>(pair.n)});
  } catch (const std::domain_error& error) {
    throw layer_error(layer, fmt::format("{} (vector.shift_min is {}, vector.multiplier_bits {})", error.what(),
                                         scaling.shift_min, scaling.multiplier_bits));
  }
  return bytes;
}

std::vector<std::uint8_t> extremum_parameters(const quant::Layer& layer, const isa::MachineDescription& machine) {
  std::vector<std::uint8_t> bytes;
  for (const float multiplier : layer.binary().multiplier) {
    const std::vector<std::uint8_t> record = rescale_parameters(layer, machine, static_cast<double>(multiplier));
    bytes.insert(bytes.end(), record.begin(), record.end());
  }
  return bytes;
}

std::vector<std::uint8_t> table_records(const quant::Layer& layer) {
  const auto& table = layer.table().table;
  std::vector<std::uint8_t> bytes(std::size_t{isa::kTableRecords} * isa::kParameterRecordBytes, 0);
  std::copy(table.begin(), table.end(), bytes.begin());
  return bytes;
}

std::vector<std::uint8_t> average_parameters(const quant::Network& network, const quant::Layer& layer,
                                             const isa::MachineDescription& machine, std::int64_t least,
                                             std::int64_t most) {
  const isa::ScalingDescription& scaling = machine.vector.scaling;
  const float scale_in = network.tensor(layer.inputs[0]).scale, scale_out = network.tensor(layer.output).scale;
  std::vector<std::uint8_t> bytes;
  for (std::int64_t taps = least; taps <= most; ++taps) {
    const std::int64_t count = layer.pool().is_sum ? 1 : taps;
    const double multiplier = scaling.multiplier == isa::Multiplier::float32
                                  ? static_cast<double>(scale_in / (scale_out * static_cast<float>(count)))
                                  : static_cast<double>(layer.pool().multiplier) / static_cast<double>(count);
    append(bytes, record_of(layer, scaling, "vector", multiplier));
  }
  return bytes;
}

}  // namespace intloom::compile
