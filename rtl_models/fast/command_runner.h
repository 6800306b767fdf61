// The commands of one image on several threads: each thread takes the earliest command that waits for no other, or,
// behind an EXEC, the one that uses its sums, which are then in its own cache. What runs at the same time touches no
// common bytes, so the integers are those of one command after another.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "rtl_models/fast/command_order.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::fast {

class CommandRunner {
 public:
  CommandRunner(CommandOrder order, std::uint32_t commands);

  // Calls execute(position) for each command. An exception ends the run: of the commands before the one that threw all
  // run, and of several exceptions that of the earliest command is thrown.
  void run(kernels::ThreadPool& pool, const std::function<void(std::uint32_t position)>& execute);

 private:
  enum class State : std::uint8_t { waiting, taken, done };

  void work(kernels::ThreadPool& pool, const std::function<void(std::uint32_t)>& execute);
  std::uint32_t take_next();
  bool take(std::uint32_t position);
  bool ready(std::uint32_t position) const;
  void fail(std::uint32_t position);
  std::uint32_t end() const { return end_.load(std::memory_order_acquire); }

  CommandOrder order_;
  std::uint32_t commands_;
  std::unique_ptr<std::atomic<State>[]> states_;
  alignas(64) std::atomic<std::uint32_t> first_open_{0};  // all before it are taken
  std::atomic<std::uint32_t> end_{0};                     // the first command that does not run
  std::mutex mutex_;
  std::exception_ptr failure_;  // of command end_
};

}  // namespace intloom::fast
