#include "tests/block/requant/requant_bench.h"

#include "rtl_models/requant/requant.h"
#include "tests/block/sram_model.h"

namespace intloom::test {
namespace {

using hw::Lanes;
using RowModel = ReadPortModel<std::uint32_t, Lanes<std::int64_t>>;
using WordModel = ReadPortModel<std::uint32_t, Lanes<std::uint8_t>>;

class RequantBench : public sc_core::sc_module {
 public:
  RequantBench(const sc_core::sc_module_name& name, const RequantScene& scene)
      : sc_module(name),
        scene_(scene),
        block_("requant", context_, scene.machine),
        rows_("rows", 1, Lanes<std::int64_t>(scene.machine.array.cols),
              [this](std::uint32_t row) { return sums(row); }),
        parameters_("parameters", scene.machine.parameter_buffer.read_latency_cycles, poison_bytes(12),
                    [this](std::uint32_t address) { return bytes_at(scene_.parameters.data(), address, 12); }) {
    bind();
    block_.load_program(&scene_.program);
    SC_HAS_PROCESS(RequantBench);
    SC_METHOD(tick);
    sensitive << clock_.posedge_event();
    dont_initialize();
  }

  RequantLog run(std::int64_t limit) {
    while (context_.cycle() < limit && quiet_ < 20 && !context_.faulted()) sc_core::sc_start(context_.clock_period());
    for (const hw::Counter& counter : block_.counters()) log_.counters[counter.name] = counter.value;
    log_.fault = context_.fault().message;
    log_.tick_calls = block_.tick_calls();
    return log_;
  }

 private:
  void bind() {
    block_.clk_i(clock_);
    rows_.clk_i(clock_);
    parameters_.clk_i(clock_);
    block_.rst_ni(reset_n_);
    block_.start_valid_i(start_valid_);
    block_.start_command_i(start_command_);
    block_.done_o(done_);
    block_.row_read_valid_o(rows_.valid);
    block_.row_read_bank_o(bank_);
    block_.row_read_row_o(rows_.address);
    block_.row_read_data_i(rows_.data);
    block_.parameter_read_valid_o(parameters_.valid);
    block_.parameter_read_address_o(parameters_.address);
    block_.parameter_read_data_i(parameters_.data);
    block_.write_valid_o(write_valid_);
    block_.write_address_o(write_address_);
    block_.write_data_o(write_data_);
  }

  Lanes<std::int64_t> sums(std::uint32_t row) const {
    const std::vector<std::int64_t>& values = scene_.accumulators.at(bank_.read()).at(row);
    Lanes<std::int64_t> data(static_cast<int>(values.size()));
    std::copy(values.begin(), values.end(), data.lane);
    return data;
  }

  void tick() {
    const std::int64_t now = context_.cycle(), before = now - 1;
    drive_reset(now);
    if (rows_.valid.read()) log_.rows.push_back({before, bank_.read(), rows_.address.read()});
    if (parameters_.valid.read()) log_.parameter_requests.push_back(before);
    if (write_valid_.read()) {
      const Lanes<std::uint8_t>& data = write_data_.read();
      log_.writes.push_back({before, write_address_.read(), {data.lane, data.lane + data.size}});
    }
    if (done_.read()) {
      log_.ends.push_back(before);
      log_.elements.push_back(block_.elements());
      log_.saturations.push_back(block_.saturations());
    }
    drive_start(now);
  }

  void drive_reset(std::int64_t now) {
    const bool abort = scene_.reset_at >= 0 && !log_.starts.empty() && now + 1 == log_.starts[0] + scene_.reset_at;
    if (abort) {  // sampled by the block at reset_at
      log_.ends.push_back(-1);
      log_.elements.push_back(block_.elements());
      log_.saturations.push_back(block_.saturations());
    }
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

  const RequantScene& scene_;
  hw::MachineContext context_{sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_clock clock_{"clock", sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> reset_n_{"reset_n"}, start_valid_{"start_valid"}, done_{"done"}, write_valid_{"write_valid"};
  sc_core::sc_signal<std::uint32_t> start_command_{"start_command"}, write_address_{"write_address"};
  sc_core::sc_signal<std::uint8_t> bank_{"bank"};
  sc_core::sc_signal<Lanes<std::uint8_t>> write_data_{"write_data"};
  hw::Requant block_;
  RowModel rows_;
  WordModel parameters_;
  RequantLog log_;
  int waited_ = 0, quiet_ = 0;
};

}  // namespace

RequantLog run_requant(const RequantScene& scene, std::int64_t limit) {
  const hw::SimulationContext simulation;
  RequantBench bench("bench", scene);
  return bench.run(limit);
}

}  // namespace intloom::test
