// A systolic array written register by register, each PE on its own: what the fast model must equal.
//
// Every value carries a valid bit, so that only what is defined is compared.
#pragma once

#include <vector>

#include "tests/block/mac_array/array_bench.h"

namespace intloom::hw {

class RegisterModel {
 public:
  struct Activation {
    bool valid = false, swap = false;
    int value = 0;
  };
  struct Weight {
    bool valid = false, diagonal = false;
    int distance = 0;  // PEs still to go down
    int value = 0;
  };
  struct Pe {
    Activation activation;
    Weight weight;  // passing down
    int active = 0, shadow = 0, sum = 0;
  };

  RegisterModel(int rows, int cols) : rows_(rows), cols_(cols), pes_(static_cast<std::size_t>(rows * cols)) {
    for (int r = 0; r < rows; ++r) activation_skew_.emplace_back(static_cast<std::size_t>(r));
    for (int c = 0; c < cols; ++c) weight_skew_.emplace_back(static_cast<std::size_t>(c));
  }

  const Pe& pe(int r, int c) const { return pes_[static_cast<std::size_t>(r * cols_ + c)]; }

  // One edge: a row of activations or an empty vector, weights or an empty vector.
  void step(const Row& activations, bool swap, const Row& weights, int weight_row, bool diagonal) {
    const std::vector<Pe> before = pes_;
    const auto old = [&](int r, int c) -> const Pe& { return before[static_cast<std::size_t>(r * cols_ + c)]; };
    for (int r = 0; r < rows_; ++r) {
      Activation in;
      if (!activations.empty()) in = {true, swap, activations[static_cast<std::size_t>(r)]};
      in = shift(activation_skew_[static_cast<std::size_t>(r)], in);
      for (int c = 0; c < cols_; ++c) {
        Pe& pe = pes_[static_cast<std::size_t>(r * cols_ + c)];
        pe.activation = c == 0 ? in : old(r, c - 1).activation;
      }
    }
    for (int c = 0; c < cols_; ++c) {
      Weight in;
      if (!weights.empty())
        in = {true, diagonal, weight_row + (diagonal ? c : 0), weights[static_cast<std::size_t>(c)]};
      in = shift(weight_skew_[static_cast<std::size_t>(c)], in);
      for (int r = 0; r < rows_; ++r) {
        Pe& pe = pes_[static_cast<std::size_t>(r * cols_ + c)];
        pe.weight = r == 0 ? in : old(r - 1, c).weight;
        if (r > 0) --pe.weight.distance;
        clock(pe, r == 0 ? 0 : old(r - 1, c).sum);
      }
    }
  }

 private:
  static void clock(Pe& pe, int above) {
    if (pe.activation.valid && pe.activation.swap) {
      pe.active = pe.shadow;
      pe.shadow = 0;
    }
    if (pe.weight.valid && pe.weight.distance == 0) pe.shadow = pe.weight.value;
    pe.sum = above + pe.activation.value * pe.active;
  }
  template <class T>
  static T shift(std::vector<T>& registers, const T& in) {
    registers.insert(registers.begin(), in);
    const T out = registers.back();
    registers.pop_back();
    return out;
  }

  int rows_, cols_;
  std::vector<Pe> pes_;
  std::vector<std::vector<Activation>> activation_skew_;
  std::vector<std::vector<Weight>> weight_skew_;
};

}  // namespace intloom::hw
