// Threads that share work: commands that do not depend on each other, images of a batch, and the parts of one kernel
// call. The parts of a call are the same whatever the number of threads, and no two write the same bytes, so results do
// not depend on it.
//
// A thread that waits takes parts of any other thread's call, looks around for some 20 us and then sleeps: on a host
// with other work to do it is in nobody's way.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace intloom::kernels {

class ThreadPool {
 public:
  explicit ThreadPool(int threads);  // at least 1; the caller is one of them
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return threads_; }
  // Calls work(part) once for each part in [0, parts), and returns when all are done. An exception of a part is thrown
  // again here, once the others have ended. Inside of run_on_all() each thread may have a call of its own.
  template <class Work>
  void for_each(std::size_t parts, const Work& work) {
    if (parts == 1) return work(0);
    if (threads_ == 1) return in_turn(parts, work);
    share(parts, std::cref(work));
  }

  // Calls job() on the caller and on each other thread that comes before the caller's has returned, and returns when
  // all have: a job does the whole work however many call it. It does not throw.
  void run_on_all(const std::function<void()>& job);
  // Returns when ready() is true, after notify() at the latest. What makes it true is a sequentially consistent store
  // to an atomic, or happens under a lock that ready() takes. Takes parts meanwhile.
  void wait_until(const std::function<bool()>& ready);
  // To be called after each such store.
  void notify();

 private:
  template <class Work>
  static void in_turn(std::size_t parts, const Work& work) {
    std::exception_ptr failure;
    for (std::size_t part = 0; part < parts; ++part) {
      try {
        work(part);
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
  }
  void share(std::size_t parts, const std::function<void(std::size_t part)>& work);

  struct Impl;
  int threads_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace intloom::kernels
