#include "rtl_models/isa/command.h"

namespace intloom::isa {

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::load:
      return "load";
    case Unit::exec:
      return "exec";
    case Unit::requant:
      return "requant";
    case Unit::vector:
      return "vector";
    case Unit::store:
      return "store";
  }
  return "?";
}

std::string_view buffer_name(Buffer buffer) {
  switch (buffer) {
    case Buffer::activations:
      return "activations";
    case Buffer::weights:
      return "weights";
    case Buffer::parameters:
      return "parameters";
  }
  return "?";
}

std::string_view vector_op_name(VectorOp op) {
  switch (op) {
    case VectorOp::rescale:
      return "rescale";
    case VectorOp::add:
      return "add";
    case VectorOp::multiply:
      return "multiply";
    case VectorOp::max_pool:
      return "max_pool";
    case VectorOp::average_pool:
      return "average_pool";
    case VectorOp::lookup:
      return "lookup";
    case VectorOp::subtract:
      return "subtract";
    case VectorOp::maximum:
      return "maximum";
    case VectorOp::minimum:
      return "minimum";
  }
  return "?";
}

}  // namespace intloom::isa
