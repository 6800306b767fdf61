#include "runtime/reference/map_layout.h"

namespace intloom::reference {

MapLayout map_layout(const quant::Tensor& tensor) {
  const quant::MapShape map = quant::map_shape(tensor);
  MapLayout layout;
  layout.channels = map.channels;
  layout.height = map.height;
  layout.width = map.width;
  const int rank = static_cast<int>(tensor.shape.size());
  if (rank >= 2 && tensor.channel_axis == rank - 1) {  // [1, ..., C]
    layout.channel_stride = 1;
    layout.pixel_stride = map.channels;
    layout.row_stride = map.channels * map.width;
  } else {  // [1, C, spatial...]
    layout.channel_stride = map.height * map.width;
    layout.pixel_stride = 1;
    layout.row_stride = map.width;
  }
  return layout;
}

}  // namespace intloom::reference
