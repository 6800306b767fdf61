// A one-bit output register that writes its port only when the value changes.
#pragma once

#include <systemc>

namespace intloom::hw {

class Flag {
 public:
  explicit Flag(sc_core::sc_out<bool>& port) : port_(port) {}

  bool value() const { return value_q_; }
  void write(bool value) {
    if (value == value_q_) return;
    value_q_ = value;
    port_.write(value);
  }

 private:
  sc_core::sc_out<bool>& port_;
  bool value_q_ = false;
};

}  // namespace intloom::hw
