// The ports that every array of multiply-accumulate units has, whatever its dataflow.
//
// Aligned rows go in and come out: the skew of a systolic array stays inside. Nothing can refuse: the accumulator rows
// of a command are reserved before it starts.
#pragma once

#include <cstdint>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"

namespace intloom::hw {

class MacArray : public Block {
 public:
  sc_core::sc_in<bool> act_valid_i{"act_valid_i"};
  sc_core::sc_in<Lanes<std::int16_t>> act_data_i{"act_data_i"};  // array.rows lanes, 9 bits used
  sc_core::sc_in<bool> act_swap_i{"act_swap_i"};                 // weights loaded last become active with this row
  sc_core::sc_in<std::uint64_t> act_tag_i{"act_tag_i"};          // handed on with the row's sums

  sc_core::sc_in<bool> weight_valid_i{"weight_valid_i"};
  sc_core::sc_in<std::uint16_t> weight_row_i{"weight_row_i"};   // row the weights are for; of a diagonal its first row
  sc_core::sc_in<bool> weight_diagonal_i{"weight_diagonal_i"};  // lane c is for PE(weight_row + c, c)
  sc_core::sc_in<Lanes<std::int16_t>> weight_data_i{"weight_data_i"};  // array.cols lanes, 9 bits used
  sc_core::sc_in<bool> weight_last_i{"weight_last_i"};                 // last weight row of a block

  sc_core::sc_out<bool> sum_valid_o{"sum_valid_o"};
  sc_core::sc_out<Lanes<std::int32_t>> sum_data_o{"sum_data_o"};  // array.cols lanes
  sc_core::sc_out<std::uint64_t> sum_tag_o{"sum_tag_o"};

 protected:
  MacArray(const sc_core::sc_module_name& name, MachineContext& context) : Block(name, context) {}
};

}  // namespace intloom::hw
