// The requantizer: accumulator rows in, int8 or uint8 words out. Executes REQUANT (isa::Requant).
//
//   out = clamp(R((acc + bias) * m0 * 2^-n) + zy, lo, hi)     fixed multiplier, R the machine's rounding
//   out = clamp(rne(f32(acc + bias) * m) + zy, lo, hi)        float32 multiplier
//
// acc + bias is exact (it does not wrap). With `out_of_range: wrap` nothing is clamped, the low 8 bits are kept.
// One row of up to `requant.lanes` channels a cycle; nothing stalls within a command. Ports, counters and the timing
// rules R1..R6: README.md beside this file.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtl_models/block/block.h"
#include "rtl_models/block/lanes.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/requant_counters.h"
#include "rtl_models/requant/requant_chunk.h"
#include "rtl_models/requant/requant_fetch.h"

namespace intloom::hw {

class Requant : public Block {
 public:
  sc_core::sc_in<bool> start_valid_i{"start_valid_i"};
  sc_core::sc_in<std::uint32_t> start_command_i{"start_command_i"};  // index into the program
  sc_core::sc_out<bool> done_o{"done_o"};

  // Accumulator, an SRAM of latency 1: row requested at t, data sampled at t+2.
  sc_core::sc_out<bool> row_read_valid_o{"row_read_valid_o"};
  sc_core::sc_out<std::uint8_t> row_read_bank_o{"row_read_bank_o"};
  sc_core::sc_out<std::uint32_t> row_read_row_o{"row_read_row_o"};
  sc_core::sc_in<Lanes<std::int64_t>> row_read_data_i{"row_read_data_i"};

  // Parameter buffer: words of 12 bytes.
  sc_core::sc_out<bool> parameter_read_valid_o{"parameter_read_valid_o"};
  sc_core::sc_out<std::uint32_t> parameter_read_address_o{"parameter_read_address_o"};
  sc_core::sc_in<Lanes<std::uint8_t>> parameter_read_data_i{"parameter_read_data_i"};

  // Activation scratchpad: the bytes of one chunk of one pixel, inside one word.
  sc_core::sc_out<bool> write_valid_o{"write_valid_o"};
  sc_core::sc_out<std::uint32_t> write_address_o{"write_address_o"};
  sc_core::sc_out<Lanes<std::uint8_t>> write_data_o{"write_data_o"};

  Requant(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

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
  // A row on its way from the accumulator.
  struct RowInFlight {
    bool valid = false;
    bool last = false;  // of the command
    std::uint8_t set = 0;
    std::uint32_t column = 0, lanes = 0;
    std::uint32_t address = 0;  // of the result
  };
  struct Result {
    bool valid = false;
    bool last = false;
    std::uint32_t address = 0;
    Lanes<std::uint8_t> data;
  };

  void start(std::uint32_t command_index);
  void begin_chunk();
  RowInFlight request_row();
  void drive_parameter_request();
  void finish_row(const RowInFlight& row, Result& result);
  void drive_write(const Result& result);
  void count_cycle(bool row_requested);

  isa::MachineDescription machine_;
  const isa::CommandStream* program_ = nullptr;

  const isa::Requant* command_ = nullptr;  // in progress
  bool active_q_ = false;
  bool last_written_q_ = false;  // the last write of the command was driven at the edge before
  bool done_q_ = false;

  RequantFetch fetch_;  // of the next chunk

  RequantChunk chunk_q_;  // whose rows are streaming
  std::uint8_t set_q_ = 0;
  std::uint32_t chunk_number_q_ = 0;
  std::uint32_t rows_left_q_ = 0;                     // not requested yet
  std::uint32_t pixel_q_ = 0, x_q_ = 0;               // next row: its number and its column in the map
  std::uint32_t address_q_ = 0, line_address_q_ = 0;  // where it goes; where its line of the map begins

  std::array<RowInFlight, 2> rows_q_;  // requested one and two edges ago
  std::vector<Result> results_q_;      // ring: a result stays latency_cycles edges
  std::size_t head_q_ = 0;

  bool row_valid_q_ = false, parameter_valid_q_ = false, write_valid_q_ = false;  // last driven
  RequantCounters counted_;
};

}  // namespace intloom::hw
