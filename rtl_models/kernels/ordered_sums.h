// EXEC in the machine's own order: each write of a partial sum to an accumulator, with the accumulator's rule.
#pragma once

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/dense_activations.h"
#include "rtl_models/kernels/exec_kernel.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// A write is one (group, block of input channels, tap) of a pixel; a pixel's writes depend on no other pixel. Columns
// without a channel are not touched: they hold sums of zeros, which always fit.
ExecResult add_dense_in_order(const isa::AccumulatorDescription& accumulator, const ExecShape& shape,
                              std::uint32_t first_acc_row, const DenseActivations& x, const std::int16_t* weights,
                              const SumsView& sums, ThreadPool& pool);

// `weights`: the command's own.
ExecResult add_depthwise_in_order(const isa::AccumulatorDescription& accumulator, const ExecShape& shape,
                                  const isa::Exec& exec, const std::uint8_t* activations, const std::uint8_t* weights,
                                  const SumsView& sums, ThreadPool& pool);

}  // namespace intloom::kernels
