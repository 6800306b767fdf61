// One VECTOR command with its machine and memories, made at random or of parts.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "tests/block/vector/vector_expected.h"

namespace intloom::test {

using VectorRandom = std::mt19937_64;

struct VectorKernelScene {
  isa::MachineDescription machine;
  isa::Vector command;
  VectorRecords records;
  VectorTable table;  // of lookup
  std::vector<std::uint8_t> activations;
};

inline constexpr isa::Rounding kVectorRoundings[] = {isa::Rounding::half_even, isa::Rounding::half_up,
                                                     isa::Rounding::half_away, isa::Rounding::tflite_double,
                                                     isa::Rounding::floor};

int pick(VectorRandom& random, int lowest, int highest);  // both may be picked

// A map without gaps.
isa::MapRegion region(std::uint32_t address, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                      bool is_signed = true);

isa::ParameterRecord float_record(float value);

// Any operation on any layout: in place, broadcast, cut at lanes, with results around the output's range.
VectorKernelScene random_vector_scene(std::uint64_t seed);

}  // namespace intloom::test
