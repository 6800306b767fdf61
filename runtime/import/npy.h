// The NumPy .npy format, versions 1 to 3.
#pragma once

#include <string>
#include <string_view>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Contents of an .npy file. TensorFileError without the file's name.
TensorData parse_npy(std::string_view bytes);

// Version 1.0, C order, little endian.
std::string format_npy(const TensorData& tensor);

}  // namespace intloom::graph
