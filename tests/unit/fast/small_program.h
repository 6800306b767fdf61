// Small programs for a machine of 4x4, written by hand.
#pragma once

#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::fast::test {

inline isa::MachineDescription small_machine() {
  isa::MachineDescription machine;
  machine.array.rows = machine.array.cols = 4;
  machine.scratchpad.banks = 4;
  machine.scratchpad.bank_bytes = 4096;
  return machine;
}

// `bytes` bytes in a row.
inline isa::Command transfer(isa::Unit unit, isa::Buffer buffer, std::uint64_t memory, std::uint32_t address,
                             std::uint32_t bytes) {
  isa::Transfer body;
  body.buffer = buffer;
  body.memory_address = memory;
  body.buffer_address = address;
  body.extents = {bytes, 1, 1};
  isa::Command command;
  command.unit = unit;
  command.body = body;
  return command;
}

// One row of `width` pixels of 4 channels.
inline isa::MapRegion line(std::uint32_t address, std::uint32_t width) {
  isa::MapRegion map;
  map.address = address;
  map.pixel_pitch = 4;
  map.row_pitch = map.block_pitch = 4 * width;
  map.width = width;
  return map;
}

// A 1x1 convolution of `channels` channels to 4.
inline isa::Command exec(const isa::MapRegion& x, std::uint32_t channels, std::uint32_t bank) {
  isa::Exec body;
  body.x = x;
  body.out_width = x.width;
  body.channels = channels;
  body.output_channels = 4;
  body.acc_bank = bank;
  isa::Command command;
  command.unit = isa::Unit::exec;
  command.body = body;
  return command;
}

inline isa::Command requant(const isa::MapRegion& out, std::uint32_t channels, std::uint32_t bank) {
  isa::Requant body;
  body.out = out;
  body.channels = channels;
  body.group_channels = 4;
  body.acc_bank = bank;
  isa::Command command;
  command.unit = isa::Unit::requant;
  command.body = body;
  return command;
}

// Weights and parameters of one layer, 8 pixels of input, two tiles of 4 pixels on two accumulator banks, output.
//   memory: weights from 0, parameters from 4096, input from 8192, output from 12288; scratchpad: input from 0, output
//   from 8192
inline isa::CommandStream two_tiles() {
  using isa::Buffer;
  using isa::Unit;
  return {transfer(Unit::load, Buffer::weights, 0, 0, 16),
          transfer(Unit::load, Buffer::parameters, 4096, 0, 48),
          transfer(Unit::load, Buffer::activations, 8192, 0, 32),
          exec(line(0, 4), 4, 0),
          exec(line(16, 4), 4, 1),
          requant(line(8192, 4), 4, 0),
          requant(line(8208, 4), 4, 1),
          transfer(Unit::store, Buffer::activations, 12288, 8192, 32)};
}

}  // namespace intloom::fast::test
