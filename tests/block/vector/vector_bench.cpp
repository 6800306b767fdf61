#include "tests/block/vector/vector_bench.h"

#include "rtl_models/vector/vector.h"
#include "tests/block/sram_model.h"

namespace intloom::test {
namespace {

using hw::Lanes;
using WordModel = ReadPortModel<std::uint32_t, Lanes<std::uint8_t>>;

class VectorBench : public sc_core::sc_module {
 public:
  VectorBench(const sc_core::sc_module_name& name, const VectorScene& scene)
      : sc_module(name),
        scene_(scene),
        activations_(scene.activations),
        block_("vector", context_, scene.machine),
        a_("a", scene.machine.scratchpad.read_latency_cycles, poison_bytes(scene.machine.array.rows),
           [this](std::uint32_t address) { return word(address); }),
        b_("b", scene.machine.scratchpad.read_latency_cycles, poison_bytes(scene.machine.array.rows),
           [this](std::uint32_t address) { return word(address); }),
        parameters_("parameters", scene.machine.parameter_buffer.read_latency_cycles, poison_bytes(12),
                    [this](std::uint32_t address) { return bytes_at(scene_.parameters.data(), address, 12); }) {
    bind();
    block_.load_program(&scene_.program);
    SC_HAS_PROCESS(VectorBench);
    SC_METHOD(tick);
    sensitive << clock_.posedge_event();
    dont_initialize();
  }

  VectorLog run(std::int64_t limit) {
    while (context_.cycle() < limit && quiet_ < 20 && !context_.faulted()) sc_core::sc_start(context_.clock_period());
    for (const hw::Counter& counter : block_.counters()) log_.counters[counter.name] = counter.value;
    log_.activations = activations_;
    log_.fault = context_.fault().message;
    log_.tick_calls = block_.tick_calls();
    return log_;
  }

 private:
  void bind() {
    block_.clk_i(clock_);
    a_.clk_i(clock_);
    b_.clk_i(clock_);
    parameters_.clk_i(clock_);
    block_.rst_ni(reset_n_);
    block_.start_valid_i(start_valid_);
    block_.start_command_i(start_command_);
    block_.done_o(done_);
    block_.a_read_valid_o(a_.valid);
    block_.a_read_address_o(a_.address);
    block_.a_read_data_i(a_.data);
    block_.b_read_valid_o(b_.valid);
    block_.b_read_address_o(b_.address);
    block_.b_read_data_i(b_.data);
    block_.parameter_read_valid_o(parameters_.valid);
    block_.parameter_read_address_o(parameters_.address);
    block_.parameter_read_data_i(parameters_.data);
    block_.write_valid_o(write_valid_);
    block_.write_address_o(write_address_);
    block_.write_data_o(write_data_);
  }

  Lanes<std::uint8_t> word(std::uint32_t address) const {
    return bytes_at(activations_.data(), address, scene_.machine.array.rows);
  }

  void tick() {
    const std::int64_t now = context_.cycle(), before = now - 1;
    drive_reset(now);
    if (a_.valid.read()) log_.a_reads.push_back({before, a_.address.read()});
    if (b_.valid.read()) log_.b_reads.push_back({before, b_.address.read()});
    if (parameters_.valid.read()) log_.parameter_reads.push_back({before, parameters_.address.read()});
    if (write_valid_.read()) {
      const Lanes<std::uint8_t>& data = write_data_.read();
      log_.writes.push_back({before, write_address_.read(), {data.lane, data.lane + data.size}});
      std::copy_n(data.lane, data.size, activations_.data() + write_address_.read());
    }
    if (done_.read()) end(before);
    drive_start(now);
  }

  void end(std::int64_t edge) {
    log_.ends.push_back(edge);
    log_.elements.push_back(block_.elements());
    log_.saturations.push_back(block_.saturations());
  }

  void drive_reset(std::int64_t now) {
    const bool abort = scene_.reset_at >= 0 && !log_.starts.empty() && now + 1 == log_.starts[0] + scene_.reset_at;
    if (abort) end(-1);
    reset_n_.write(now >= 2 && !abort);
  }

  void drive_start(std::int64_t now) {
    const bool idle = log_.ends.size() == log_.starts.size();
    const std::size_t next = log_.starts.size();
    bool start = false;
    if (idle && now > 3 && next < scene_.program.size()) {
      const int gap = next < scene_.gaps.size() ? scene_.gaps[next] : 0;
      start = waited_++ >= gap;
    }
    start_valid_.write(start);
    if (start) {
      start_command_.write(static_cast<std::uint32_t>(next));
      log_.starts.push_back(now + 1);
      waited_ = 0;
    }
    quiet_ = idle && next == scene_.program.size() ? quiet_ + 1 : 0;
  }

  const VectorScene& scene_;
  std::vector<std::uint8_t> activations_;
  hw::MachineContext context_{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock_{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n_{"reset_n"}, start_valid_{"start_valid"}, done_{"done"}, write_valid_{"write_valid"};
  sc_core::sc_signal<std::uint32_t> start_command_{"start_command"}, write_address_{"write_address"};
  sc_core::sc_signal<Lanes<std::uint8_t>> write_data_{"write_data"};
  hw::Vector block_;
  WordModel a_, b_, parameters_;
  VectorLog log_;
  int waited_ = 0, quiet_ = 0;
};

}  // namespace

VectorLog run_vector(const VectorScene& scene, std::int64_t limit) {
  const hw::SimulationContext simulation;
  VectorBench bench("bench", scene);
  return bench.run(limit);
}

}  // namespace intloom::test
