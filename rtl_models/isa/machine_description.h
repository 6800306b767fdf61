// The resolved description of one machine: every value set, in range, in the unit of its name.
//
// It is the contract between the runtime, which compiles for a machine, and the hardware, which is built from it. The
// YAML keys of a machine file are the names of these fields, section by section (sim/config reads them).
#pragma once

#include <cstdint>
#include <string>

namespace intloom::isa {

// Largest array in rows and in columns; it bounds the lanes of every bus.
inline constexpr int kMaxLanes = 256;
// Banks of all on-chip buffers together: one bit each in a bank mask.
inline constexpr int kMaxBanks = 64;

enum class Dataflow : std::uint8_t { weight_stationary };
// Where the zero points go: `operand`, feeder and weight loader subtract them (operands one bit wider than the data);
// `folded`, -Zx*sum(W) is part of the bias, padding injects Zx, weights must be symmetric.
enum class ZeroPoint : std::uint8_t { operand, folded };
// What a write to the accumulator does with a sum that does not fit.
enum class Overflow : std::uint8_t { wrap, saturate, error };
// `model` is resolved to the rounding of the model's own runtime before a machine is built.
enum class Rounding : std::uint8_t { model, half_even, half_up, half_away, tflite_double, floor };
// What happens to a requantized value outside of the output's range.
enum class OutOfRange : std::uint8_t { saturate, wrap };
enum class Multiplier : std::uint8_t { fixed, float32 };

struct ArrayDescription {
  int rows = 16;  // input channels of a block
  int cols = 16;  // output channels of a block
  Dataflow dataflow = Dataflow::weight_stationary;
  ZeroPoint zero_point = ZeroPoint::operand;
};

struct AccumulatorDescription {
  int banks = 2;
  int rows_per_bank = 1024;  // a row holds one sum per array column
  int width_bits = 32;
  Overflow overflow = Overflow::wrap;
};

// A banked SRAM of words: one byte per array row in the activation scratchpad, one byte per array column in the weight
// buffer, one parameter record in the parameter buffer. A bank holds bank_bytes / word whole words (buffer_layout.h).
struct BufferDescription {
  int banks = 16;
  std::int64_t bank_bytes = 16384;
  int read_latency_cycles = 1;
};

// How a unit scales integers: Y = R(x * M0 * 2^-n), or a float32 product rounded half to even.
struct ScalingDescription {
  Multiplier multiplier = Multiplier::fixed;
  int multiplier_bits = 31;  // bits of M0 (its top bit is set); 0: shift only
  int shift_min = 0;         // n lies in [shift_min, shift_max]
  int shift_max = 62;
  Rounding rounding = Rounding::model;
  OutOfRange out_of_range = OutOfRange::saturate;
  bool per_channel = true;  // requantizer only: a record of its own for each output channel
};

struct ScalingUnitDescription {
  int lanes = 16;
  int latency_cycles = 4;  // from a row of operands to its results
  ScalingDescription scaling;
};

// The vector unit scales like the requantizer, and reads tables.
struct VectorDescription : ScalingUnitDescription {
  int table_lanes = 16;  // read ports of the table memory: bytes that one cycle looks up
};

struct DmaDescription {
  int bytes_per_cycle = 16;    // of the port to the on-chip buffers
  int outstanding_bursts = 8;  // per channel
};

struct SequencerDescription {
  int load_queue_depth = 8;
  int exec_queue_depth = 8;
  int requant_queue_depth = 8;
  int vector_queue_depth = 8;
  int store_queue_depth = 8;
};

struct MemoryDescription {
  std::int64_t capacity_bytes = std::int64_t{1} << 30;
  int clock_period_ps = 1000;
  int bytes_per_cycle = 16;  // of the memory's own clock, for reads and for writes each
  int read_latency_cycles = 100;
  int write_latency_cycles = 50;
  int burst_bytes = 64;  // a power of two; bursts are aligned to it
};

struct MachineDescription {
  std::string name;
  std::string description;
  int clock_period_ps = 1000;
  std::int64_t max_cycles = 0;  // stop with an error after so many cycles; 0: no limit
  ArrayDescription array;
  AccumulatorDescription accumulator;
  BufferDescription scratchpad{16, 16384, 1};
  BufferDescription weight_buffer{4, 32768, 1};
  BufferDescription parameter_buffer{4, 4096, 1};
  ScalingUnitDescription requant;
  VectorDescription vector;
  DmaDescription dma;
  SequencerDescription sequencer;
  MemoryDescription memory;
};

}  // namespace intloom::isa
