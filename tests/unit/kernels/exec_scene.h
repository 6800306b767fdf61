// One EXEC with its machine and memories, and what it must leave: the walk of isa::Exec as it is written there, product
// by product in int64, and the rule of rtl_models/accumulator/README.md at each write. Shares nothing with
// rtl_models/kernels and rtl_models/isa/banks.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/exec_kernel.h"

namespace intloom::test {

struct ExecScene {
  isa::MachineDescription machine;
  isa::Exec command;
  std::vector<std::uint8_t> activations, weights;  // of just the bytes that the command may read
  std::vector<std::int64_t> sums;                  // before: [bank][row][column]
};

struct ExecOutcome {
  std::vector<std::int64_t> sums;
  kernels::ExecResult result;
};

// Rows a bank must have for the command, bytes of the buffers up to the last one it reads.
std::uint32_t accumulator_rows(const ExecScene& scene);
std::size_t activation_bytes(const ExecScene& scene);
std::size_t weight_bytes(const ExecScene& scene);

ExecOutcome expected_exec(const ExecScene& scene);

// By a kernel of its own, or by one that has run before.
ExecOutcome run_exec_kernel(const ExecScene& scene, int threads = 1);
ExecOutcome run_exec_kernel(const ExecScene& scene, std::uint32_t number, kernels::ExecKernel& kernel,
                            kernels::ThreadPool& pool);

}  // namespace intloom::test
