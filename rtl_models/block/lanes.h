// A bus of up to kMaxLanes lanes as one signal: only the first `size` lanes exist, are copied and compared.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>

#include "rtl_models/isa/machine_description.h"

namespace sc_core {
class sc_trace_file;
}

namespace intloom::hw {

template <class T>
struct Lanes {
  int size = 0;
  T lane[isa::kMaxLanes];

  Lanes() = default;
  explicit Lanes(int lanes) : size(lanes) { std::fill_n(lane, lanes, T{}); }
  Lanes(const Lanes& other) : size(other.size) { std::copy_n(other.lane, other.size, lane); }
  Lanes& operator=(const Lanes& other) {
    if (this == &other) return *this;
    size = other.size;
    std::copy_n(other.lane, other.size, lane);
    return *this;
  }
  bool operator==(const Lanes& other) const { return size == other.size && std::equal(lane, lane + size, other.lane); }
  bool operator!=(const Lanes& other) const { return !(*this == other); }

  T& operator[](int i) { return lane[i]; }
  const T& operator[](int i) const { return lane[i]; }
};

template <class T>
std::ostream& operator<<(std::ostream& out, const Lanes<T>& lanes) {
  for (int i = 0; i < lanes.size; ++i) out << (i == 0 ? "" : " ") << static_cast<long long>(lanes.lane[i]);
  return out;
}

// SystemC wants this of every signal type; waveforms are written through WaveScope (wave.h).
template <class T>
void sc_trace(sc_core::sc_trace_file*, const Lanes<T>&, const std::string&) {}

}  // namespace intloom::hw
