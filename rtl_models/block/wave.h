// How a block names its signals for a waveform, without knowing the file format.
//
// A wave signal is a bit vector. It is read once a cycle, after the rising edge has settled, into 64-bit words, least
// significant word first; lane 0 of a bus is in the least significant bits.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <systemc>

#include "rtl_models/block/lanes.h"

namespace intloom::hw {

class WaveScope {
 public:
  using Sample = std::function<void(std::uint64_t* words)>;  // words are zeroed before the call

  virtual ~WaveScope() = default;
  // `name` matches [A-Za-z0-9_]+. A signal's value lies at one place for its life: the samples below read it there.
  virtual void add(const std::string& name, int width_bits, Sample sample) = 0;

  void add_signal(const std::string& name, const sc_core::sc_signal<bool>& signal) {
    add(name, 1, [value = &signal.read()](std::uint64_t* words) { words[0] = *value ? 1 : 0; });
  }

  template <class T>
  void add_signal(const std::string& name, const sc_core::sc_signal<T>& signal, int width_bits) {
    add(name, width_bits, [value = &signal.read(), width_bits](std::uint64_t* words) {
      words[0] = mask(static_cast<std::uint64_t>(*value), width_bits);
    });
  }

  // `lanes` lanes of `lane_bits` bits (two's complement where T is signed).
  template <class T>
  void add_bus(const std::string& name, const sc_core::sc_signal<Lanes<T>>& signal, int lanes, int lane_bits) {
    add(name, lanes * lane_bits, [&value = signal.read(), lanes, lane_bits](std::uint64_t* words) {
      const int count = value.size < lanes ? value.size : lanes;
      if (lane_bits == 8 * static_cast<int>(sizeof(T)) && kLittleEndian) {
        std::memcpy(words, value.lane, static_cast<std::size_t>(count) * sizeof(T));
        return;
      }
      for (int i = 0; i < count; ++i)
        put_bits(words, i * lane_bits, lane_bits, static_cast<std::uint64_t>(static_cast<std::int64_t>(value[i])));
    });
  }

  static constexpr bool kLittleEndian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

  static std::uint64_t mask(std::uint64_t value, int bits) {
    return bits >= 64 ? value : value & ((std::uint64_t{1} << bits) - 1);
  }
  static void put_bits(std::uint64_t* words, int position, int bits, std::uint64_t value) {
    value = mask(value, bits);
    const int word = position / 64, shift = position % 64;
    words[word] |= value << shift;
    if (shift + bits > 64) words[word + 1] |= value >> (64 - shift);
  }
};

}  // namespace intloom::hw
