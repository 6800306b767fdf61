// Why a network needs no float between its layers: every integer edge, and how each layer rescales.
#pragma once

#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/edges.h"
#include "sim/session/session.h"

namespace intloom::sim {

// M of a layer as the machine's unit holds it. Lists are per channel, or per input of Add and Concat.
struct ExplainedLayer {
  std::string name, op;
  std::string kind;                // of a layer without M: "table of 256", "copy"
  std::vector<double> multiplier;  // the real M
  std::vector<std::uint32_t> m0;   // M0 * 2^-n; empty where the unit multiplies in float32
  std::vector<int> n;
  std::vector<double> multiplier_error;  // (M0 * 2^-n - M) / M
  std::string output_type;
  float output_scale = 1;
  std::int32_t output_zero_point = 0;
  std::vector<std::string> folded;  // nodes of the model that are part of this layer
};

struct Explanation {
  std::int64_t convolutions = 0, quantize_nodes = 0, dequantize_nodes = 0;
  std::string requantizer;  // "31-bit multiplier, half_even rounding"
  std::vector<ExplainedLayer> layers;
  std::vector<quant::IntegerEdge> edges;
};

// Throws compile::CompileError where a multiplier is out of the machine's shift range.
Explanation explain(const Workload& workload, const isa::MachineDescription& machine);

std::string text(const Explanation& explanation, const std::string& model_path);
std::string json_text(const Explanation& explanation);

}  // namespace intloom::sim
