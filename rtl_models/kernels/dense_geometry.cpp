#include "rtl_models/kernels/dense_geometry.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "rtl_models/kernels/window_axis.h"

namespace intloom::kernels {

namespace {

void fill_table(const ExecShape& shape, const WindowAxis& vertical, const WindowAxis& horizontal, std::size_t pitch,
                std::vector<std::uint32_t>& table) {
  const std::size_t out_height = shape.pixels / shape.out_width;
  const std::size_t rows = vertical.used.size(), columns = horizontal.used.size();
  if ((rows * columns + 1) * pitch > std::numeric_limits<std::uint32_t>::max())
    throw std::length_error("an EXEC reads more than 2^32 activations");
  table.reserve(shape.taps * shape.pixels);
  for (std::size_t ky = 0; ky < shape.kernel_h; ++ky) {
    for (std::size_t kx = 0; kx < shape.kernel_w; ++kx) {
      for (std::size_t oy = 0; oy < out_height; ++oy) {
        const std::size_t row = vertical.index[ky * out_height + oy];
        for (std::size_t ox = 0; ox < shape.out_width; ++ox) {
          const std::size_t column = horizontal.index[kx * shape.out_width + ox];
          const bool padding = row == rows || column == columns;
          table.push_back(static_cast<std::uint32_t>((padding ? rows * columns : row * columns + column) * pitch));
        }
      }
    }
  }
}

}  // namespace

DenseGeometry::DenseGeometry(const isa::Exec& exec, const ExecShape& shape)
    : pitch(shape.pixel_operands()), outputs(shape.pixels) {
  const isa::Window& window = exec.window;
  const WindowAxis vertical(
      {exec.out_height, window.kernel_h, window.stride_h, window.dilation_h, window.pad_top, exec.x.height});
  const WindowAxis horizontal(
      {exec.out_width, window.kernel_w, window.stride_w, window.dilation_w, window.pad_left, exec.x.width});
  fill_table(shape, vertical, horizontal, pitch, table);
  offsets.reserve(vertical.used.size() * horizontal.used.size());
  for (const std::int64_t row : vertical.used)
    for (const std::int64_t column : horizontal.used)
      offsets.push_back(static_cast<std::uint32_t>(row) * exec.x.row_pitch +
                        static_cast<std::uint32_t>(column) * exec.x.pixel_pitch);
}

}  // namespace intloom::kernels
