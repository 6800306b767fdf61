#include "rtl_models/kernels/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace intloom::kernels {
namespace {

TEST(ThreadPool, CallsEachPartOnceWhateverTheThreads) {
  for (const int threads : {1, 2, 3, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (std::size_t parts = 0; parts < 200; ++parts) {
      std::vector<std::atomic<int>> calls(parts);
      pool.for_each(parts, [&](std::size_t part) { calls.at(part).fetch_add(1); });
      for (const std::atomic<int>& count : calls) ASSERT_EQ(count.load(), 1);
    }
  }
}

// What a part wrote is seen behind the call, without an atomic.
TEST(ThreadPool, ManyShortCallsSeeEachOther) {
  ThreadPool pool(3);
  std::vector<int> values(64, 0);
  for (int call = 0; call < 5000; ++call) pool.for_each(values.size(), [&](std::size_t part) { ++values[part]; });
  for (const int value : values) EXPECT_EQ(value, 5000);
}

TEST(ThreadPool, WakesThreadsThatSleep) {
  ThreadPool pool(2);
  for (int call = 0; call < 3; ++call) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    // Each part waits for the other: only two threads get through before the deadline.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    pool.for_each(2, [&](std::size_t) {
      ++inside;
      while (inside.load() < 2 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
      if (inside.load() == 2) together = true;
    });
    EXPECT_TRUE(together.load());
  }
}

TEST(ThreadPool, ThrowsAPartsExceptionOnceAllHaveEnded) {
  for (const int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    std::atomic<int> ended{0};
    const auto work = [&](std::size_t part) {
      ++ended;
      if (part == 3) throw std::runtime_error("part 3");
    };
    try {
      pool.for_each(20, work);
      ADD_FAILURE() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "part 3");
    }
    EXPECT_EQ(ended.load(), 20);
    pool.for_each(2, [&](std::size_t) { ++ended; });  // and it goes on
    EXPECT_EQ(ended.load(), 22);
  }
}

// Each thread of a job has a call of its own, whose parts all threads take.
TEST(ThreadPool, ThreadsOfAJobCallAtTheSameTime) {
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    for (int run = 0; run < 50; ++run) {
      constexpr std::size_t kItems = 40, kParts = 7;
      std::atomic<std::size_t> next{0};
      std::vector<std::vector<int>> calls(kItems, std::vector<int>(kParts, 0));
      pool.run_on_all([&] {
        for (std::size_t item = next.fetch_add(1); item < kItems; item = next.fetch_add(1))
          pool.for_each(kParts, [&](std::size_t part) { ++calls[item][part]; });
      });
      for (const std::vector<int>& item : calls) ASSERT_EQ(item, std::vector<int>(kParts, 1));
    }
  }
}

// Two threads that wait for each other in turn, also long enough to sleep.
TEST(ThreadPool, WaitersSeeWhatOthersNotify) {
  ThreadPool pool(2);
  std::atomic<int> inside{0}, turn{0};
  pool.run_on_all([&] {
    const int own = inside.fetch_add(1);
    if (own == 0) pool.wait_until([&] { return inside.load() == 2; });
    pool.notify();
    for (int round = 0; round < 200; ++round) {
      pool.wait_until([&] { return turn.load() == 2 * round + own; });
      if (round % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      turn.fetch_add(1);
      pool.notify();
    }
  });
  EXPECT_EQ(turn.load(), 400);
}

TEST(ThreadPool, NeedsAThread) { EXPECT_THROW(ThreadPool(0), std::invalid_argument); }

}  // namespace
}  // namespace intloom::kernels
