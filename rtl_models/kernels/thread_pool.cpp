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

// Commands follow one another within microseconds, so a thread looks for what comes next for some 20 us before it
// sleeps.
constexpr int kSpins = 1000;

// Which slot a thread's calls take: the workers of a pool have one each, whoever else calls it has the first.
thread_local std::size_t own_slot = 0;

// One thread's call. It is one word: its number in the upper half, the parts not yet taken in the lower one. Taking a
// part is a compare-and-swap of that word, so a thread that comes late can never take a part of a call that it has not
// seen.
struct Slot {
  bool parts_left() const { return static_cast<std::uint32_t>(state.load()) != 0; }

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

  // Two cache lines: the call as a thread that takes a part reads it, and what all of them count up.
  alignas(64) std::atomic<std::uint64_t> state{0};
  std::uint64_t calls = 0;
  std::size_t parts = 0;
  const std::function<void(std::size_t)>* work = nullptr;
  alignas(64) std::atomic<std::size_t> parts_done{0};
  std::mutex mutex;
  std::exception_ptr failure;  // guarded by mutex while parts run
};

}  // namespace

struct ThreadPool::Impl {
  explicit Impl(int threads) : slots(static_cast<std::size_t>(threads)) {
    try {
      for (std::size_t i = 1; i < slots.size(); ++i) workers.emplace_back([this, i] { serve(i); });
    } catch (const std::system_error&) {
      // The host gives no more threads: those there are do the work, with the same results.
    }
  }

  ~Impl() {
    stop.store(true);
    notify();
    for (std::thread& worker : workers) worker.join();
  }

  void share(std::size_t parts, const std::function<void(std::size_t)>& work) {
    Slot& slot = slots[own_slot];
    slot.parts = parts;
    slot.work = &work;
    slot.parts_done.store(0, std::memory_order_relaxed);
    slot.state.store((++slot.calls << 32) | parts);
    notify();
    while (slot.take_part()) {
    }
    for (int spins = 0; slot.parts_done.load(std::memory_order_acquire) != parts; ++spins) {
      if (spins < kSpins)
        hwy::Pause();
      else
        std::this_thread::yield();
    }
    if (slot.failure) std::rethrow_exception(std::exchange(slot.failure, nullptr));
  }

  bool help() {
    for (Slot& slot : slots)
      if (slot.take_part()) return true;
    return false;
  }

  bool parts_left() const {
    for (const Slot& slot : slots)
      if (slot.parts_left()) return true;
    return false;
  }

  template <class Ready>
  void wait_until(const Ready& ready) {
    for (int spins = 0;;) {
      if (ready()) return;
      if (help()) {
        spins = 0;
      } else if (++spins < kSpins) {
        hwy::Pause();
      } else {
        spins = 0;
        std::unique_lock<std::mutex> lock(mutex);
        sleepers.fetch_add(1);
        bool is_ready = false;
        wake.wait(lock, [&] { return parts_left() || (is_ready = ready()); });
        sleepers.fetch_sub(1);
        if (is_ready) return;
      }
    }
  }

  void notify() {
    if (sleepers.load() == 0) return;
    { const std::lock_guard<std::mutex> lock(mutex); }  // a thread about to sleep has looked before or waits
    wake.notify_all();
  }

  void run_on_all(const std::function<void()>& call) {
    {
      const std::lock_guard<std::mutex> lock(job_mutex);
      job = &call;
      jobs.fetch_add(1);
    }
    notify();
    call();
    {
      const std::lock_guard<std::mutex> lock(job_mutex);
      job = nullptr;
    }
    wait_until([this] { return in_job.load() == 0; });
  }

  void join_job() {
    const std::function<void()>* call = nullptr;
    {
      const std::lock_guard<std::mutex> lock(job_mutex);
      if (job == nullptr) return;
      call = job;
      in_job.fetch_add(1);
    }
    (*call)();
    in_job.fetch_sub(1);
    notify();
  }

  void serve(std::size_t slot) {
    own_slot = slot;
    for (std::uint64_t seen = 0; !stop.load();) {
      wait_until([&] { return stop.load() || jobs.load() != seen; });
      seen = jobs.load();
      join_job();
    }
  }

  std::vector<Slot> slots;
  std::vector<std::thread> workers;
  std::mutex job_mutex;
  const std::function<void()>* job = nullptr;  // guarded by job_mutex
  std::atomic<std::uint64_t> jobs{0};
  std::atomic<int> in_job{0};  // workers
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
  if (parts > 0) impl_->share(parts, work);
}

void ThreadPool::run_on_all(const std::function<void()>& job) { impl_->run_on_all(job); }

void ThreadPool::wait_until(const std::function<bool()>& ready) { impl_->wait_until(ready); }

void ThreadPool::notify() { impl_->notify(); }

}  // namespace intloom::kernels
