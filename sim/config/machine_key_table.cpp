#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/config/machine_keys.h"

namespace intloom::sim {

namespace {

using Machine = isa::MachineDescription;
using Array = isa::ArrayDescription;
using Accumulator = isa::AccumulatorDescription;
using Buffer = isa::BufferDescription;
using Unit = isa::ScalingUnitDescription;
using Vector = isa::VectorDescription;
using Scaling = isa::ScalingDescription;
using Dma = isa::DmaDescription;
using Sequencer = isa::SequencerDescription;
using Memory = isa::MemoryDescription;

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;

// The field that a path of member pointers leads to: field(machine, &Machine::array, &Array::rows).
template <class M, class... Members>
auto& field(M& machine, Members... members) {
  return (machine.*....*members);
}

// Table rows in the making; one call a key.
class Table {
 public:
  template <class... Members>
  void integer(const std::string& path, const std::string& unit, std::int64_t min, std::int64_t max,
               const std::string& description, Members... members) {
    const bool bytes = path.size() > 6 && path.compare(path.size() - 6, 6, "_bytes") == 0;
    MachineKey key{path, bytes ? MachineKey::Kind::bytes : MachineKey::Kind::integer, unit, description, "", {}, {}};
    key.range = fmt::format("{}..{}", min, max);
    key.get = [members...](const Machine& machine) { return fmt::format("{}", field(machine, members...)); };
    key.set = [members..., min, max, unit, bytes](Machine* machine, const Scalar& scalar) {
      auto& target = field(*machine, members...);
      target = static_cast<std::decay_t<decltype(target)>>(read_integer(scalar, min, max, unit, bytes));
    };
    keys.push_back(std::move(key));
  }

  template <class... Members>
  void word(const std::string& path, const std::vector<std::string>& words, const std::string& description,
            Members... members) {
    MachineKey key{path, MachineKey::Kind::word, "", description, "", {}, {}};
    key.range = fmt::format("{}", fmt::join(words, ", "));
    key.get = [members..., words](const Machine& machine) {
      return words[static_cast<std::size_t>(field(machine, members...))];
    };
    key.set = [members..., words](Machine* machine, const Scalar& scalar) {
      auto& target = field(*machine, members...);
      target = static_cast<std::decay_t<decltype(target)>>(read_word(scalar, words));
    };
    keys.push_back(std::move(key));
  }

  template <class... Members>
  void boolean(const std::string& path, const std::string& description, Members... members) {
    MachineKey key{path, MachineKey::Kind::boolean, "", description, "true, false", {}, {}};
    key.get = [members...](const Machine& machine) { return field(machine, members...) ? "true" : "false"; };
    key.set = [members...](Machine* machine, const Scalar& scalar) {
      field(*machine, members...) = read_boolean(scalar);
    };
    keys.push_back(std::move(key));
  }

  void text(const std::string& path, const std::string& description, std::string Machine::*member) {
    MachineKey key{path, MachineKey::Kind::text, "", description, "text", {}, {}};
    key.get = [member](const Machine& machine) { return machine.*member; };
    key.set = [member](Machine* machine, const Scalar& scalar) { machine->*member = read_text(scalar, "a text"); };
    keys.push_back(std::move(key));
  }

  std::vector<MachineKey> keys;
};

void add_machine(Table* table) {
  table->text("name", "Name in reports; without it, that of the file", &Machine::name);
  table->text("description", "What the machine models, in a sentence", &Machine::description);
  table->integer("clock_period_ps", "ps", 1, 1000000,
                 "Clock period of the accelerator; cycle N is the edge at N periods", &Machine::clock_period_ps);
  table->integer("max_cycles", "cycles", 0, std::int64_t{1} << 50,
                 "Stop with an error after so many cycles; 0: no limit", &Machine::max_cycles);
}

void add_array(Table* table) {
  table->integer("array.rows", "rows", 1, isa::kMaxLanes, "Input channels taken in a cycle, and of a channel block",
                 &Machine::array, &Array::rows);
  table->integer("array.cols", "columns", 1, isa::kMaxLanes, "Output channels computed side by side", &Machine::array,
                 &Array::cols);
  table->word("array.dataflow", {"weight_stationary"}, "What stays in the processing elements", &Machine::array,
              &Array::dataflow);
  table->word("array.zero_point", {"operand", "folded"},
              "operand: subtracted from inputs and weights, operands one bit wider; folded: -Zx*sum(W) joins the bias, "
              "padding injects Zx, weights must be symmetric",
              &Machine::array, &Array::zero_point);
}

void add_accumulator(Table* table) {
  table->integer("accumulator.banks", "banks", 1, 16,
                 "Banks that array and requantizer own in turn; 1: they never overlap", &Machine::accumulator,
                 &Accumulator::banks);
  table->integer("accumulator.rows_per_bank", "rows", 1, 65536, "Rows of a bank, one sum per array column each",
                 &Machine::accumulator, &Accumulator::rows_per_bank);
  table->integer("accumulator.width_bits", "bits", 8, 48, "Width of a sum, two's complement", &Machine::accumulator,
                 &Accumulator::width_bits);
  table->word("accumulator.overflow", {"wrap", "saturate", "error"},
              "What a write to the accumulator does with a sum that does not fit", &Machine::accumulator,
              &Accumulator::overflow);
}

void add_buffer(Table* table, const std::string& section, const std::string& holds, const std::string& word,
                isa::BufferDescription Machine::*buffer) {
  table->integer(section + ".banks", "banks", 1, isa::kMaxBanks,
                 fmt::format("Single-port banks for {}; a command holds each bank it touches from start to end", holds),
                 buffer, &Buffer::banks);
  table->integer(section + ".bank_bytes", "bytes", 1, 16 * kMiB,
                 fmt::format("Size of a bank; as many whole words of {} as fit", word), buffer, &Buffer::bank_bytes);
  table->integer(section + ".read_latency_cycles", "cycles", 1, 16, "From a read's address to its data", buffer,
                 &Buffer::read_latency_cycles);
}

// Of a requantizer or a vector unit.
template <class ScalingUnit>
void add_scaling(Table* table, const std::string& section, const std::string& computes, ScalingUnit Machine::*unit) {
  table->integer(section + ".lanes", "lanes", 1, isa::kMaxLanes, computes + " in a cycle", unit, &Unit::lanes);
  table->integer(section + ".latency_cycles", "cycles", 1, 64, "From a row of operands to its results", unit,
                 &Unit::latency_cycles);
  table->word(section + ".multiplier", {"fixed", "float32"},
              "fixed: x * M0 * 2^-n in integers; float32: a float product, rounded half to even", unit, &Unit::scaling,
              &Scaling::multiplier);
  table->integer(section + ".multiplier_bits", "bits", 0, 32, "Bits of M0, its top bit set; 0: shift only (fixed)",
                 unit, &Unit::scaling, &Scaling::multiplier_bits);
  table->integer(section + ".shift_min", "bits", 0, 62, "Smallest shift n (fixed)", unit, &Unit::scaling,
                 &Scaling::shift_min);
  table->integer(section + ".shift_max", "bits", 0, 62, "Largest shift n (fixed)", unit, &Unit::scaling,
                 &Scaling::shift_max);
  table->word(section + ".rounding", {"model", "half_even", "half_up", "half_away", "tflite_double", "floor"},
              "How the scaled value becomes an integer; model: as the model's own runtime does", unit, &Unit::scaling,
              &Scaling::rounding);
  table->word(section + ".out_of_range", {"saturate", "wrap"},
              "What happens to a result outside of the output's range; wrap keeps the low 8 bits", unit, &Unit::scaling,
              &Scaling::out_of_range);
}

void add_dma(Table* table) {
  table->integer("dma.bytes_per_cycle", "bytes/cycle", 1, 256, "Width of a channel's port to the on-chip buffers",
                 &Machine::dma, &Dma::bytes_per_cycle);
  table->integer("dma.outstanding_bursts", "bursts", 1, 64, "Bursts in flight per channel (load, store)", &Machine::dma,
                 &Dma::outstanding_bursts);
}

void add_sequencer(Table* table) {
  const auto queue = [table](const std::string& unit, int Sequencer::*depth) {
    table->integer(fmt::format("sequencer.{}_queue_depth", unit), "commands", 1, 64,
                   fmt::format("Commands that wait before the {} unit; a full queue blocks the sequencer", unit),
                   &Machine::sequencer, depth);
  };
  queue("load", &Sequencer::load_queue_depth);
  queue("exec", &Sequencer::exec_queue_depth);
  queue("requant", &Sequencer::requant_queue_depth);
  queue("vector", &Sequencer::vector_queue_depth);
  queue("store", &Sequencer::store_queue_depth);
}

void add_memory(Table* table) {
  table->integer("memory.capacity_bytes", "bytes", 4 * kKiB, 1024 * kGiB, "Size of the off-chip memory",
                 &Machine::memory, &Memory::capacity_bytes);
  table->integer("memory.clock_period_ps", "ps", 1, 1000000,
                 "Clock period of the memory, for the four keys that follow", &Machine::memory,
                 &Memory::clock_period_ps);
  table->integer("memory.bytes_per_cycle", "bytes/cycle", 1, 1024,
                 "Bandwidth, for reads and for writes each, in cycles of the memory's clock", &Machine::memory,
                 &Memory::bytes_per_cycle);
  table->integer("memory.read_latency_cycles", "cycles", 1, 100000, "From a read's request to its first data",
                 &Machine::memory, &Memory::read_latency_cycles);
  table->integer("memory.write_latency_cycles", "cycles", 1, 100000, "From a write's last data to its response",
                 &Machine::memory, &Memory::write_latency_cycles);
  table->integer("memory.burst_bytes", "bytes", 4, 4096, "Largest burst, a power of two; bursts are aligned to it",
                 &Machine::memory, &Memory::burst_bytes);
}

std::vector<MachineKey> make_table() {
  Table table;
  add_machine(&table);
  add_array(&table);
  add_accumulator(&table);
  add_buffer(&table, "scratchpad", "feature maps", "one byte per array row", &Machine::scratchpad);
  add_buffer(&table, "weight_buffer", "weights", "one byte per array column", &Machine::weight_buffer);
  add_buffer(&table, "parameter_buffer", "biases and multipliers", "one record of 12 bytes",
             &Machine::parameter_buffer);
  add_scaling(&table, "requant", "Channels of a row requantized", &Machine::requant);
  table.boolean("requant.per_channel",
                "Each output channel has a multiplier and shift of its own; false: one for the whole layer",
                &Machine::requant, &Unit::scaling, &Scaling::per_channel);
  add_scaling(&table, "vector", "Elements computed", &Machine::vector);
  table.integer("vector.table_lanes", "lanes", 1, isa::kMaxLanes,
                "Bytes looked up in a cycle: read ports of the table memory", &Machine::vector, &Vector::table_lanes);
  add_dma(&table);
  add_sequencer(&table);
  add_memory(&table);
  return table.keys;
}

}  // namespace

const std::vector<MachineKey>& machine_keys() {
  static const std::vector<MachineKey> keys = make_table();
  return keys;
}

}  // namespace intloom::sim
