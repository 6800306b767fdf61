// Which activations a dense EXEC reads, and which of them each tap of each output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/exec_shape.h"

namespace intloom::kernels {

struct DenseGeometry {
  DenseGeometry(const isa::Exec& exec, const ExecShape& shape);

  // From the output's operands of a tap, [taps][outputs]: their place in the operands of the pixels, those of pixel i
  // at i * pitch. Padding needs no border: it is one more pixel, behind all.
  const std::uint32_t* operands_of_tap(std::size_t tap) const { return table.data() + tap * outputs; }

  std::size_t pitch;                   // operands from pixel to pixel: ExecShape::pixel_operands()
  std::size_t outputs;                 // of a tap
  std::vector<std::uint32_t> offsets;  // bytes from the map's address to each pixel that some tap reads
  std::vector<std::uint32_t> table;
};

}  // namespace intloom::kernels
