// Integer oracle: every layer of a network in plain integers, written apart from the hardware's arithmetic.
//
// Shares no arithmetic with rtl_models/arith. Sums are exact in int64; where the machine's accumulator is narrower
// they follow the machine's rule (wrap, or saturation in the machine's documented order of additions: channel
// blocks of array.rows counted over all input channels, then ky, then kx; `error` stops the machine, the sums stay
// exact).
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"

namespace intloom::reference {

// Integers of one tensor, row major in the model's order; int8 or uint8 by the tensor's type.
using IntegerTensor = std::vector<std::uint8_t>;

// `inputs` by Network::inputs. Result by tensor id, constants included. std::invalid_argument: inputs of another number
// or size, rounding `model`, which the machine must have resolved; std::domain_error: a multiplier larger than the
// machine's shift range holds (compile names the layer).
std::vector<IntegerTensor> run_integer_reference(const quant::Network& network, const isa::MachineDescription& machine,
                                                 const std::vector<IntegerTensor>& inputs);

// The same with exact rounding of the model's runtime: 31-bit multipliers, half-even, no accumulator limit. What a
// machine's requantizer costs is the difference to this.
std::vector<IntegerTensor> run_exact_reference(const quant::Network& network, const std::vector<IntegerTensor>& inputs);

}  // namespace intloom::reference
