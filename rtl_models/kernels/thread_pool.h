// Threads that share the work of one kernel call. The parts of a call are the same whatever the number of threads, and
// no two write the same bytes, so results do not depend on it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace intloom::kernels {

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  // at least 1; the caller is one of them
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;
  // Calls work(part) once for each part in [0, parts), and returns when all are done. An exception of a part is thrown
  // again here, once the others have ended.
  void for_each(std::size_t parts, const std::function<void(std::size_t part)>& work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace intloom::kernels
