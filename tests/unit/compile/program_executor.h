// Runs a program command by command, in program order, on plain arrays: what the commands mean, written from
// rtl_models/isa/command.h alone. Rounding is half to even, out of range saturates; accumulators are 64 bits wide.
//
// It also keeps, for each byte, who wrote and read it last, and checks that every conflicting pair of commands of
// different units is ordered by tokens: then any order the machine may choose gives the same result.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/program.h"
#include "tests/unit/compile/token_order.h"

namespace intloom::test {

using Bytes = std::vector<std::uint8_t>;

class ProgramExecutor {
 public:
  ProgramExecutor(const quant::Network& network, const compile::Program& program,
                  const isa::MachineDescription& machine);

  // `inputs` by Network::inputs, row major.
  void run(const std::vector<Bytes>& inputs);

  // Row major integers by tensor, put together from the output pieces; how often each element was covered.
  const std::map<quant::TensorId, Bytes>& tensors() const { return tensors_; }
  const std::map<quant::TensorId, std::vector<int>>& coverage() const { return coverage_; }
  Bytes output(quant::TensorId tensor) const;
  // Faults of commands, unordered conflicts, tokens that do not match: empty when all is well.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Shadow {
    std::int32_t writer = -1;
    std::array<std::int32_t, isa::kUnits> readers{-1, -1, -1, -1, -1};
  };
  struct Space {
    std::vector<std::uint8_t> bytes;
    std::vector<Shadow> shadows;
  };

  bool ends_before_start(std::int32_t earlier) const;
  void touch(Shadow& shadow, bool write, const char* where, std::uint64_t address);
  std::uint8_t read(isa::Space space, std::uint64_t address);
  void write(isa::Space space, std::uint64_t address, std::uint8_t value);
  std::int64_t read_lane(const isa::MapRegion& map, std::int64_t block, std::int64_t y, std::int64_t x,
                         std::int64_t lane);
  std::uint32_t read_word(std::uint64_t address);

  void execute(const isa::Transfer& transfer, bool is_load);
  void execute(const isa::Exec& exec);
  void execute(const isa::Requant& requant);
  void execute(const isa::Vector& vector);
  std::int64_t vector_result(const isa::Vector& vector, std::int64_t channel, std::int64_t y, std::int64_t x);
  std::int64_t pool_sum(const isa::Vector& vector, std::int64_t channel, std::int64_t y, std::int64_t x,
                        std::int64_t& count);
  std::int64_t scaled(std::int64_t value, std::uint64_t record, const isa::ScalingDescription& scaling);
  void collect(const compile::OutputPiece& piece);
  void complain(std::string text);

  const quant::Network& network_;
  const compile::Program& program_;
  const isa::MachineDescription& machine_;
  std::array<Space, 5> spaces_;
  std::vector<std::int64_t> accumulators_;
  std::vector<Shadow> accumulator_shadows_;
  TokenOrder order_;
  std::int32_t now_ = 0;  // command that runs
  std::map<quant::TensorId, Bytes> tensors_;
  std::map<quant::TensorId, std::vector<int>> coverage_;
  std::vector<std::string> complaints_;
};

}  // namespace intloom::test
