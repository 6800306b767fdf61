#include "tests/block/dma/dma_bench.h"

#include <stdexcept>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/memory/simple_memory.h"

namespace intloom::hw::test {

Driver::Driver(const sc_core::sc_module_name& name, const isa::MachineDescription& machine, MachineContext& context)
    : sc_module(name),
      context_(context),
      word_bytes_(static_cast<int>(isa::word_bytes(machine, isa::Buffer::activations))),
      read_latency_(machine.scratchpad.read_latency_cycles) {
  for (int buffer = 0; buffer < 3; ++buffer)
    buffers[buffer].assign(isa::capacity_bytes(machine, static_cast<isa::Buffer>(buffer)), 0);
  reading_.resize(static_cast<std::size_t>(read_latency_));
  SC_HAS_PROCESS(Driver);
  SC_METHOD(clocked);
  sensitive << clk_i.pos();
  dont_initialize();
}

void Driver::start(const std::vector<Job>& jobs) {
  jobs_ = jobs;
  base_ = context_.cycle();
  edges.assign(jobs.size(), {});
  beats.clear();
  read_cycles.clear();
  read_addresses.clear();
  for (Channel* channel : {&load, &store}) {
    channel->jobs.clear();
    channel->next = 0;
    channel->running = false;
    channel->earliest_write = 0;
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) (jobs[i].store ? store : load).jobs.push_back(i);
}

bool Driver::finished() const {
  return load.next == load.jobs.size() && !load.running && store.next == store.jobs.size() && !store.running;
}

void Driver::clocked() {
  const std::int64_t cycle = context_.cycle() - base_;
  sample_writes(cycle);
  serve_reads(cycle);
  drive(load, cycle);
  drive(store, cycle);
}

void Driver::drive(Channel& channel, std::int64_t cycle) {
  channel.start_valid.write(false);
  if (channel.done.read()) {
    edges[channel.jobs[channel.next - 1]].end = cycle - 1;
    channel.running = false;
    channel.earliest_write = cycle;
  }
  if (channel.running || channel.next == channel.jobs.size()) return;
  const std::size_t job = channel.jobs[channel.next];
  if (cycle < channel.earliest_write + jobs_[job].gap) return;
  channel.start_valid.write(true);
  channel.start_command.write(static_cast<std::uint32_t>(job));
  edges[job].start = cycle + 1;
  channel.running = true;
  ++channel.next;
}

void Driver::sample_writes(std::int64_t cycle) {
  for (int buffer = 0; buffer < 3; ++buffer) {
    if (!write_valid[buffer].read()) continue;
    const Lanes<std::uint8_t>& data = write_data.read();
    const std::uint32_t address = write_address.read();
    beats.push_back({cycle, static_cast<isa::Buffer>(buffer), address, data.size});
    for (int i = 0; i < data.size; ++i) buffers[buffer].at(address + static_cast<std::uint32_t>(i)) = data[i];
  }
}

// A word sampled at edge t lies on the data signal from edge t + latency - 1 on for one cycle, otherwise garbage does.
void Driver::serve_reads(std::int64_t cycle) {
  std::vector<std::uint8_t> word;
  if (read_valid.read()) {
    const std::uint32_t address = read_address.read();
    read_cycles.push_back(cycle);
    read_addresses.push_back(address);
    if (address % static_cast<std::uint32_t>(word_bytes_) != 0) throw std::logic_error("read address inside a word");
    for (int i = 0; i < word_bytes_; ++i) word.push_back(buffers[0].at(address + static_cast<std::uint32_t>(i)));
  }
  reading_.push_back(std::move(word));
  reading_.pop_front();
  // The newest entry is read_latency - 1 edges from the signal: with latency 1 it is there at once.
  Lanes<std::uint8_t> lanes(word_bytes_);
  const std::vector<std::uint8_t>& out = reading_.front();
  for (int i = 0; i < word_bytes_; ++i) lanes[i] = out.empty() ? ++garbage_ : out[static_cast<std::size_t>(i)];
  read_data.write(lanes);
}

namespace {

struct SimpleDmaMemory : DmaMemory {
  SimpleDmaMemory(MachineContext& context, const isa::MachineDescription& machine)
      : memory("memory", context, machine) {}
  void bind(BurstSocket& load, BurstSocket& store) override {
    load.bind(memory.load_socket[0]);
    store.bind(memory.store_socket[0]);
  }
  void write(std::uint64_t address, const std::vector<std::uint8_t>& bytes) override {
    memory.write(address, bytes.data(), bytes.size());
  }
  std::vector<std::uint8_t> read(std::uint64_t address, std::uint64_t size) override {
    std::vector<std::uint8_t> bytes(size);
    memory.read(address, bytes.data(), size);
    return bytes;
  }
  void restart() override { memory.restart(); }
  SimpleMemory memory;
};

}  // namespace

std::unique_ptr<DmaMemory> simple_dma_memory(MachineContext& context, const isa::MachineDescription& machine) {
  return std::make_unique<SimpleDmaMemory>(context, machine);
}

DmaBench::DmaBench(const isa::MachineDescription& machine, const MakeMemory& make)
    : context(sc_core::sc_time(machine.clock_period_ps, sc_core::SC_PS)),
      clk("clk", context.clock_period(), 0.5, sc_core::SC_ZERO_TIME, true),
      load("load", context, machine),
      store("store", context, machine),
      driver("driver", machine, context),
      memory(make(context, machine)) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // of sc_stop
  for (Block* block : {static_cast<Block*>(&load), static_cast<Block*>(&store)}) {
    block->clk_i(clk);
    block->rst_ni(rst_n);
  }
  driver.clk_i(clk);
  load.start_valid_i(driver.load.start_valid);
  load.start_command_i(driver.load.start_command);
  load.done_o(driver.load.done);
  load.activations_write_valid_o(driver.write_valid[0]);
  load.weights_write_valid_o(driver.write_valid[1]);
  load.parameters_write_valid_o(driver.write_valid[2]);
  load.write_address_o(driver.write_address);
  load.write_data_o(driver.write_data);
  store.start_valid_i(driver.store.start_valid);
  store.start_command_i(driver.store.start_command);
  store.done_o(driver.store.done);
  store.act_read_valid_o(driver.read_valid);
  store.act_read_address_o(driver.read_address);
  store.act_read_data_i(driver.read_data);
  memory->bind(load.memory_socket, store.memory_socket);
}

void DmaBench::run_cycles(std::int64_t cycles) {
  sc_core::sc_start(context.clock_period() * static_cast<double>(cycles));
}

void DmaBench::start(const std::vector<Job>& jobs) {
  program_.clear();
  for (const Job& job : jobs) {
    isa::Command command;
    command.unit = job.store ? isa::Unit::store : isa::Unit::load;
    command.body = job.transfer;
    program_.push_back(command);
  }
  load.load_program(&program_);
  store.load_program(&program_);
  if (!started_) {
    started_ = true;
    run_cycles(2);  // in reset
    rst_n.write(true);
    sc_core::sc_start(context.clock_period() / 2);  // from here on between two rising edges
  }
  driver.start(jobs);
  memory->restart();
}

const std::vector<JobEdges>& DmaBench::run(const std::vector<Job>& jobs) {
  start(jobs);
  for (int i = 0; i < 20000 && !driver.finished() && !context.faulted(); ++i) run_cycles(50);
  if (!driver.finished() && !context.faulted()) throw std::runtime_error("a transfer has not ended");
  return driver.edges;
}

std::int64_t DmaBench::duration(const isa::Transfer& transfer, bool is_store) {
  const std::vector<JobEdges>& edges = run({{transfer, is_store, 0}});
  return edges[0].end - edges[0].start;
}

std::uint64_t DmaBench::counter(const Block& engine, const std::string& name) const {
  for (const Counter& counter : engine.counters())
    if (counter.name == name) return counter.value;
  throw std::out_of_range(name);
}

}  // namespace intloom::hw::test
