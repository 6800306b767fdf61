#include "rtl_models/fast/command_runner.h"

#include <algorithm>
#include <utility>

namespace intloom::fast {

namespace {

// Commands that are looked at from the first open one on: no machine's queues reach further.
constexpr std::uint32_t kWindow = 48;

}  // namespace

CommandRunner::CommandRunner(CommandOrder order, std::uint32_t commands)
    : order_(std::move(order)), commands_(commands), states_(new std::atomic<State>[commands]) {}

void CommandRunner::run(kernels::ThreadPool& pool, const std::function<void(std::uint32_t position)>& execute) {
  for (std::uint32_t i = 0; i < commands_; ++i) states_[i].store(State::waiting, std::memory_order_relaxed);
  first_open_.store(0);
  end_.store(commands_);
  pool.run_on_all([&] { work(pool, execute); });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void CommandRunner::work(kernels::ThreadPool& pool, const std::function<void(std::uint32_t)>& execute) {
  std::uint32_t position = CommandOrder::kNone;
  for (;;) {
    if (position == CommandOrder::kNone) {
      pool.wait_until([&] {
        position = take_next();
        return position != CommandOrder::kNone || first_open_.load() >= end();
      });
      if (position == CommandOrder::kNone) return;
    }
    try {
      execute(position);
      states_[position].store(State::done);
    } catch (...) {
      fail(position);
    }
    pool.notify();
    const std::uint32_t follower = order_.follower(position);
    position = follower != CommandOrder::kNone && take(follower) ? follower : CommandOrder::kNone;
  }
}

// The earliest command that can run, or kNone.
std::uint32_t CommandRunner::take_next() {
  std::uint32_t first = first_open_.load(std::memory_order_acquire);
  const std::uint32_t limit = end();
  while (first < limit && states_[first].load(std::memory_order_relaxed) != State::waiting) {
    if (first_open_.compare_exchange_weak(first, first + 1)) ++first;
  }
  const std::uint32_t last = std::min(limit, first + kWindow);
  for (std::uint32_t position = first; position < last; ++position)
    if (take(position)) return position;
  return CommandOrder::kNone;
}

bool CommandRunner::take(std::uint32_t position) {
  State waiting = State::waiting;
  return states_[position].load(std::memory_order_relaxed) == State::waiting && position < end() && ready(position) &&
         states_[position].compare_exchange_strong(waiting, State::taken);
}

bool CommandRunner::ready(std::uint32_t position) const {
  for (const std::uint32_t before : order_.before(position))
    if (states_[before].load(std::memory_order_acquire) != State::done) return false;
  return true;
}

void CommandRunner::fail(std::uint32_t position) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (position >= end()) return;
  failure_ = std::current_exception();
  end_.store(position);
}

}  // namespace intloom::fast
