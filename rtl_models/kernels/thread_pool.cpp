#include "rtl_models/kernels/thread_pool.h"

#include <hwy/cache_control.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace intloom::kernels {

namespace {

// Commands follow one another within microseconds, so a worker looks for the next one for some 20 us before it sleeps.
constexpr int kSpins = 1000;

}  // namespace

// A call is one word: its number in the upper half, the parts not yet taken in the lower one. Taking a part is a
// compare-and-swap of that word, so a worker that comes late can never take a part of a call that it has not seen.
struct ThreadPool::Impl {
  explicit Impl(int threads) {
    try {
      for (int i = 1; i < threads; ++i) workers.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
      // The host gives no more threads: those there are do the work, with the same results.
    }
  }

  ~Impl() {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      stop.store(true);
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  void run(std::size_t call_parts, const std::function<void(std::size_t)>& call_work) {
    parts = call_parts;
    work = &call_work;
    parts_done.store(0, std::memory_order_relaxed);
    state.store((++calls << 32) | call_parts);
    if (sleepers.load() > 0) {
      {
        const std::lock_guard<std::mutex> lock(mutex);
      }  // a worker about to sleep has looked at `state` before or waits
      wake.notify_all();
    }
    while (take_part()) {
    }
    for (int spins = 0; parts_done.load(std::memory_order_acquire) != call_parts; ++spins) {
      if (spins < kSpins)
        hwy::Pause();
      else
        std::this_thread::yield();
    }
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
  }

  // False when no part is left to take.
  bool take_part() {
    std::uint64_t seen = state.load(std::memory_order_acquire);
    do {
      if (static_cast<std::uint32_t>(seen) == 0) return false;
    } while (!state.compare_exchange_weak(seen, seen - 1, std::memory_order_acq_rel, std::memory_order_acquire));
    // The call lasts until this part is done: `parts` and `work` are its own.
    try {
      (*work)(parts - static_cast<std::uint32_t>(seen));
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!failure) failure = std::current_exception();
    }
    parts_done.fetch_add(1, std::memory_order_release);
    return true;
  }

  bool parts_left() const { return static_cast<std::uint32_t>(state.load()) != 0; }

  void serve() {
    while (!stop.load(std::memory_order_relaxed)) {
      if (take_part()) continue;
      for (int spins = 0; spins < kSpins && !parts_left(); ++spins) hwy::Pause();
      if (parts_left()) continue;
      std::unique_lock<std::mutex> lock(mutex);
      sleepers.fetch_add(1);
      wake.wait(lock, [this] { return stop.load() || parts_left(); });
      sleepers.fetch_sub(1);
    }
  }

  // Three cache lines: the call as a thread that takes a part reads it, what all of them count up, and sleep.
  alignas(64) std::atomic<std::uint64_t> state{0};
  std::uint64_t calls = 0;
  std::size_t parts = 0;
  const std::function<void(std::size_t)>* work = nullptr;
  alignas(64) std::atomic<std::size_t> parts_done{0};
  std::exception_ptr failure;  // guarded by mutex while parts run
  std::vector<std::thread> workers;
  alignas(64) std::atomic<int> sleepers{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable wake;
};

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  if (threads < 1) throw std::invalid_argument("a thread pool needs at least 1 thread");
  impl_ = std::make_unique<Impl>(threads);
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::share(std::size_t parts, const std::function<void(std::size_t part)>& work) {
  if (parts > std::numeric_limits<std::uint32_t>::max())
    throw std::invalid_argument("too many parts for a thread pool");
  if (parts > 0) impl_->run(parts, work);
}

}  // namespace intloom::kernels
