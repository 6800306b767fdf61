#include "tests/unit/kernels/random_exec.h"

#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <utility>

namespace intloom::test {

namespace {

// [lowest, highest]
template <class T>
T number(T lowest, T highest) {
  return *rc::gen::resize(100, rc::gen::inRange<T>(lowest, static_cast<T>(highest + 1)));
}

void choose_machine(isa::MachineDescription& machine) {
  using Shape = std::pair<int, int>;
  const Shape shape = *rc::gen::elementOf(std::vector<Shape>{{4, 4},
                                                             {8, 8},
                                                             {16, 16},
                                                             {32, 32},
                                                             {12, 20},
                                                             {20, 12},
                                                             {5, 7},
                                                             {16, 8},
                                                             {8, 24},
                                                             {64, 16},
                                                             {3, 40},
                                                             {16, 64},
                                                             {1, 1}});
  machine.array.rows = shape.first;
  machine.array.cols = shape.second;
  machine.array.zero_point = *rc::gen::element(isa::ZeroPoint::operand, isa::ZeroPoint::folded);
  machine.accumulator.banks = number(1, 3);
  machine.accumulator.width_bits = *rc::gen::element(16, 18, 20, 21, 22, 24, 32, 32, 32, 33, 48);
  machine.accumulator.overflow = *rc::gen::element(isa::Overflow::wrap, isa::Overflow::saturate, isa::Overflow::error);
}

void choose_window(isa::Window& window) {
  window.kernel_h = number(1, 4);
  window.kernel_w = number(1, 5);
  window.stride_h = number(1, 3);
  window.stride_w = number(1, 3);
  window.dilation_h = number(1, 3);
  window.dilation_w = number(1, 3);
  window.pad_top = number(-3, 4);
  window.pad_left = number(-3, 4);
  if (number(0, 2) == 0) {  // the usual one
    window.kernel_h = window.kernel_w = 3;
    window.stride_w = number(1, 2);
    window.dilation_w = 1;
  }
  if (number(0, 19) == 0) window.stride_w = 1000;  // taps far apart and far outside
}

void choose_map(isa::MapRegion& x, std::uint32_t rows) {
  x.height = number(1U, 9U);
  x.width = number(1U, 9U);
  x.is_signed = *rc::gen::arbitrary<bool>();
  x.address = rows * number(0U, 3U);
  if (number(0, 3) == 0) {  // any layout, its words may even coincide
    x.pixel_pitch = rows * number(0U, 3U);
    x.row_pitch = rows * number(0U, 30U);
    x.block_pitch = rows * number(0U, 90U);
  } else {
    x.pixel_pitch = rows;
    x.row_pitch = rows * (x.width + number(0U, 1U));
    x.block_pitch = x.row_pitch * x.height;
  }
}

void choose_bytes(std::vector<std::uint8_t>& bytes, std::mt19937& random) {
  const int kind = number(0, 2);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(random());
    if (kind == 1) byte = byte < 128 ? 127 : 128;  // extremes of int8
    if (kind == 2) byte = byte < 8 ? 0 : 255;
  }
}

// Zero points lie in the type's range: products of 9 bits.
std::int16_t zero_point(bool is_signed) {
  return is_signed ? number<std::int16_t>(-128, 127) : number<std::int16_t>(0, 255);
}

void choose_sums(ExecScene& scene, std::mt19937& random) {
  const auto& accumulator = scene.machine.accumulator;
  scene.sums.resize(static_cast<std::size_t>(accumulator.banks) * static_cast<std::size_t>(accumulator.rows_per_bank) *
                    static_cast<std::size_t>(scene.machine.array.cols));
  const int bits = *rc::gen::element(accumulator.width_bits, std::min(accumulator.width_bits, 15), 2);
  std::mt19937_64 wide(random());
  for (std::int64_t& sum : scene.sums) sum = static_cast<std::int64_t>(wide()) >> (64 - bits);
}

}  // namespace

ExecScene random_exec() {
  ExecScene scene;
  choose_machine(scene.machine);
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  isa::Exec& exec = scene.command;
  exec.depthwise = *rc::gen::arbitrary<bool>();
  choose_map(exec.x, rows);
  choose_window(exec.window);
  exec.out_height = number(1U, 8U);
  exec.out_width = number(1U, 9U);
  exec.channels = number(1U, 60U);
  exec.output_channels = exec.depthwise ? exec.channels : number(1U, 70U);
  exec.weights_signed = *rc::gen::arbitrary<bool>();
  exec.zx = zero_point(exec.x.is_signed);
  exec.zw = number(0, 1) == 0 ? std::int16_t{0} : zero_point(exec.weights_signed);
  exec.pad_value = zero_point(exec.x.is_signed);
  exec.weight_address = static_cast<std::uint32_t>(scene.machine.array.cols) * number(0U, 2U);
  exec.acc_bank = number(0U, static_cast<std::uint32_t>(scene.machine.accumulator.banks - 1));
  exec.acc_row = number(0U, 5U);
  exec.accumulate = *rc::gen::arbitrary<bool>();
  scene.machine.accumulator.rows_per_bank = static_cast<int>(accumulator_rows(scene)) + number(0, 2);
  std::mt19937 random(number(0U, 1U << 30));
  scene.activations.resize(activation_bytes(scene));
  scene.weights.resize(weight_bytes(scene));
  choose_bytes(scene.activations, random);
  choose_bytes(scene.weights, random);
  choose_sums(scene, random);
  return scene;
}

}  // namespace intloom::test
