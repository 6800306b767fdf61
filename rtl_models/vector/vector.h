// The vector unit: elementwise operations, pooling and requantizing copies on words of the activation scratchpad.
// Executes VECTOR (isa::Vector, which has the formulas).
//
// One tap of up to `vector.lanes` channels a cycle; nothing stalls within a command. Ports, counters and the timing
// rules V1..V6: README.md beside this file.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/record/vector_counters.h"
#include "rtl_models/vector/vector_lanes.h"
#include "rtl_models/vector/vector_walk.h"

namespace intloom::hw {

class Vector : public Block {
 public:
  sc_core::sc_in<bool> start_valid_i{"start_valid_i"};
  sc_core::sc_in<std::uint32_t> start_command_i{"start_command_i"};  // index into the program
  sc_core::sc_out<bool> done_o{"done_o"};

  // Activation scratchpad: operand words of one byte per array row.
  sc_core::sc_out<bool> a_read_valid_o{"a_read_valid_o"};
  sc_core::sc_out<std::uint32_t> a_read_address_o{"a_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> a_read_data_i{"a_read_data_i"};
  sc_core::sc_out<bool> b_read_valid_o{"b_read_valid_o"};  // operations with two operands
  sc_core::sc_out<std::uint32_t> b_read_address_o{"b_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> b_read_data_i{"b_read_data_i"};

  // Parameter buffer: words of 12 bytes, one record each.
  sc_core::sc_out<bool> parameter_read_valid_o{"parameter_read_valid_o"};
  sc_core::sc_out<std::uint32_t> parameter_read_address_o{"parameter_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> parameter_read_data_i{"parameter_read_data_i"};

  // Activation scratchpad: the bytes of one chunk of one pixel, inside one word.
  sc_core::sc_out<bool> write_valid_o{"write_valid_o"};
  sc_core::sc_out<std::uint32_t> write_address_o{"write_address_o"};
  sc_core::sc_out<Lanes<std::uint8_t>> write_data_o{"write_data_o"};

  Vector(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  // `program` must live as long as the simulation.
  void load_program(const isa::CommandStream* program) { program_ = program; }

  std::uint64_t elements() const { return counted_.elements; }        // results written since construction
  std::uint64_t saturations() const { return counted_.saturations; }  // of them clamped, or with `wrap` out of the type

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

 protected:
  void tick() override;
  bool idle() const override;
  void end_of_elaboration() override;

 private:
  struct Result {
    bool valid = false;
    bool last = false;  // of the command
    std::uint32_t address = 0;
    Lanes<std::uint8_t> data;
  };

  void start(std::uint32_t command_index);
  void capture_record();
  void drive_parameter_request();
  VectorStep issue_step();
  void drive_reads(const VectorStep& step);
  void execute(const VectorStep& step, Result& result);
  void drive_write(const Result& result);
  void count_cycle(bool stepped);

  isa::MachineDescription machine_;
  const isa::CommandStream* program_ = nullptr;

  const isa::Vector* command_ = nullptr;  // in progress
  std::uint32_t command_index_ = 0;
  bool active_q_ = false;
  bool last_written_q_ = false;  // the last write of the command was driven at the edge before
  bool done_q_ = false;

  std::vector<isa::ParameterRecord> records_q_;  // captured so far
  VectorTable table_q_{};                        // of a lookup; its bytes come by the same records
  std::uint32_t age_q_ = 0;                      // edges since the start edge, until all records are there
  VectorWalk walk_q_;
  std::vector<VectorStep> steps_q_;  // ring: issued, operands on their way; read_latency_cycles + 1
  std::size_t steps_head_q_ = 0;
  VectorOperands operands_q_;
  std::vector<Result> results_q_;  // ring: a result stays latency_cycles edges
  std::size_t results_head_q_ = 0;

  bool parameter_valid_q_ = false, a_valid_q_ = false, b_valid_q_ = false, write_valid_q_ = false;  // last driven
  VectorCounters counted_;
};

}  // namespace intloom::hw
