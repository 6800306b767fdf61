// Memory of the kernels: aligned for vectors, not initialized, grows and never shrinks.
#pragma once

#include <hwy/aligned_allocator.h>

#include <cstddef>

namespace intloom::kernels {

template <class T>
class AlignedArray {
 public:
  // What was in it is lost where it has to grow.
  void reserve(std::size_t size) {
    if (size <= capacity_) return;
    data_ = hwy::AllocateAligned<T>(size);
    capacity_ = size;
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }

 private:
  hwy::AlignedFreeUniquePtr<T[]> data_;
  std::size_t capacity_ = 0;
};

}  // namespace intloom::kernels
