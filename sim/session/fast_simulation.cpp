#include "sim/session/fast_simulation.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <thread>

namespace intloom::sim {

using reference::IntegerTensor;

namespace {

// The thread that has called run() or run_batch(): it alone reports progress.
thread_local bool calls_run = false;

// Inferences of a thread between two times at which all threads wait for each other and results are handed out.
constexpr std::int64_t kInferencesOfAThread = 8;

class Calling {
 public:
  Calling() { calls_run = true; }
  ~Calling() { calls_run = false; }
};

}  // namespace

struct FastSimulation::Outcome {
  std::vector<IntegerTensor> inputs, tensors;
  std::vector<hw::CommandEffects> effects;
  std::exception_ptr failure;
};

FastSimulation::FastSimulation(const quant::Network& network, const compile::Program& program,
                               const isa::MachineDescription& machine, int threads, std::int64_t inferences,
                               bool collect_tensors)
    : network_(network),
      program_(program),
      collect_tensors_(collect_tensors),
      machine_(machine, threads),
      effects_(program.commands.size()) {
  machine_.expect_runs(inferences);
  machine_.load_program(program.commands);
  for (const compile::MemorySegment& segment : program_.segments)
    machine_.write_constants(segment.address, segment.bytes.data(), segment.bytes.size());
}

FastSimulation::Lane& FastSimulation::lane(std::size_t number) {
  while (lanes_.size() <= number) {
    lanes_.push_back(std::make_unique<Lane>(
        Lane{machine_.make_image(),
             TensorCollector(network_, program_, machine_.description().array.rows, collect_tensors_)}));
    lanes_.back()->image->on_command_end(
        [this, lane = lanes_.back().get()](std::uint32_t command) { observe_end(*lane, command); });
  }
  return *lanes_[number];
}

std::vector<IntegerTensor> FastSimulation::run(const std::vector<IntegerTensor>& inputs) {
  const Calling calling;
  std::vector<IntegerTensor> tensors = run(lane(0), inputs, true);
  effects_ = lane(0).image->effects();
  return tensors;
}

std::vector<IntegerTensor> FastSimulation::run(Lane& lane, const std::vector<IntegerTensor>& inputs,
                                               bool on_all_threads) {
  lane.collector.begin(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    lane.image->write_memory(program_.inputs[i].address, inputs[i].data(), inputs[i].size());
  on_all_threads ? machine_.run(*lane.image) : machine_.run_in_order(*lane.image);
  return lane.collector.finish([&](std::uint64_t address, std::uint8_t* bytes, std::size_t count) {
    lane.image->read_memory(address, bytes, count);
  });
}

bool FastSimulation::images_are_independent() {
  const auto ranges = [](const std::vector<compile::LinearTensor>& tensors) {
    std::vector<fast::AddressRange> list;
    for (const compile::LinearTensor& tensor : tensors) list.push_back({tensor.address, tensor.address + tensor.bytes});
    return list;
  };
  if (!independent_) independent_ = machine_.images_are_independent(ranges(program_.inputs), ranges(program_.outputs));
  return *independent_;
}

// Images for which there is no thread each run one by one, each on all threads.
void FastSimulation::run_batch(std::int64_t count, const InputsOf& inputs_of, const Take& take) {
  const Calling calling;
  const std::int64_t threads = machine_.pool().threads();
  const bool several = threads > 1 && count >= threads && images_are_independent();
  const std::int64_t most = collect_tensors_ ? threads : threads * kInferencesOfAThread;
  for (std::int64_t first = 0; first < count;) {
    const std::int64_t together = !several ? 1 : std::min(most, (count - first) / threads * threads);
    std::vector<Outcome> outcomes(static_cast<std::size_t>(std::max<std::int64_t>(together, 1)));
    run_together(first, inputs_of, outcomes);
    for (Outcome& outcome : outcomes) {
      if (outcome.failure) std::rethrow_exception(outcome.failure);
      effects_ = std::move(outcome.effects);
      take(first++, outcome.inputs, outcome.tensors);
    }
  }
}

void FastSimulation::run_together(std::int64_t first, const InputsOf& inputs_of, std::vector<Outcome>& outcomes) {
  std::atomic<std::size_t> next_lane{0}, next{0};
  const auto run_one = [&](Lane& own, std::size_t i, bool on_all_threads) {
    Outcome& outcome = outcomes[i];
    try {
      outcome.inputs = inputs_of(first + static_cast<std::int64_t>(i));
      outcome.tensors = run(own, outcome.inputs, on_all_threads);
      outcome.effects = own.image->effects();
    } catch (...) {
      outcome.failure = std::current_exception();
      next.store(outcomes.size());  // those behind it are not needed
    }
  };
  if (outcomes.size() == 1) return run_one(lane(0), 0, true);
  lane(static_cast<std::size_t>(machine_.pool().threads()) - 1);  // all there are to be
  machine_.pool().run_on_all([&] {
    Lane& own = *lanes_[next_lane.fetch_add(1)];
    for (std::size_t i = next.fetch_add(1); i < outcomes.size(); i = next.fetch_add(1)) run_one(own, i, false);
  });
}

void FastSimulation::observe_end(Lane& lane, std::uint32_t command) {
  constexpr std::uint32_t kProgressCommands = 64;
  lane.collector.take(command, [&](std::uint32_t address, std::uint8_t* bytes, std::size_t count) {
    std::memcpy(bytes, lane.image->activations(address), count);
  });
  if (progress_ && command % kProgressCommands == 0 && calls_run)
    progress_(machine_.record().times[command].end_cycle, static_cast<std::int64_t>(command));
}

}  // namespace intloom::sim
