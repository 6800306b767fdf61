// One axis of a Resize: how many elements it becomes, and where each of them lies on the input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {

struct ResizeAxis {
  std::int64_t in = 1, out = 1;
  float scale = 1;                   // out / in, as the model gives it
  float roi_begin = 0, roi_end = 1;  // of tf_crop_and_resize
};

struct ResizeModes {
  std::string coordinates = "asymmetric";  // coordinate_transformation_mode
  std::string nearest = "simple";         // nearest_mode; simple: down, but up where the axis shrinks (before opset 11)
  std::string interpolation = "nearest";  // mode: nearest or linear (bilinear)
  float extrapolation = 0;                // of what lies outside under tf_crop_and_resize
  bool extrapolates() const { return coordinates == "tf_crop_and_resize"; }
};
// From the attributes of a Resize or Upsample; ModelError for modes that are not known.
ResizeModes resize_modes(const NodeCall& call);

// From the inputs (scales, sizes, roi) and attributes, an axis each dimension of input 0.
std::vector<ResizeAxis> resize_axes(const NodeCall& call);

// Position of output o on the input, in input elements.
float resize_coordinate(const ResizeModes& modes, const ResizeAxis& axis, std::int64_t o);

}  // namespace intloom::reference
