#include "tests/unit/compile/program_executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/disassembly.h"
#include "tests/unit/compile/direct_layers.h"

namespace intloom::test {
namespace {

constexpr std::uint8_t kGarbage = 0xA5;

// The word of a record or of a bias.
float as_float(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

ProgramExecutor::ProgramExecutor(const quant::Network& network, const compile::Program& program,
                                 const isa::MachineDescription& machine)
    : network_(network), program_(program), machine_(machine), order_(program.commands) {
  const auto reserve = [&](isa::Space space, std::uint64_t bytes) {
    Space& target = spaces_[static_cast<std::size_t>(space)];
    target.bytes.assign(bytes, kGarbage);
    target.shadows.assign(bytes, Shadow{});
  };
  reserve(isa::Space::activations, isa::capacity_bytes(machine, isa::Buffer::activations));
  reserve(isa::Space::weights, isa::capacity_bytes(machine, isa::Buffer::weights));
  reserve(isa::Space::parameters, isa::capacity_bytes(machine, isa::Buffer::parameters));
  reserve(isa::Space::memory, program.memory_bytes);
  const auto sums = static_cast<std::size_t>(machine.accumulator.banks) *
                    static_cast<std::size_t>(machine.accumulator.rows_per_bank) *
                    static_cast<std::size_t>(machine.array.cols);
  accumulators_.assign(sums, 0x5A5A5A);
  accumulator_shadows_.assign(sums, Shadow{});
}

void ProgramExecutor::complain(std::string text) {
  if (complaints_.size() < 5) complaints_.push_back(std::move(text));
}

bool ProgramExecutor::ends_before_start(std::int32_t earlier) const {
  return earlier < 0 || order_.ends_before_start(earlier, now_) || earlier == now_;
}

void ProgramExecutor::touch(Shadow& shadow, bool is_write, const char* where, std::uint64_t address) {
  bool ordered = ends_before_start(shadow.writer);
  if (is_write)
    for (const std::int32_t reader : shadow.readers) ordered = ordered && ends_before_start(reader);
  if (!ordered)
    complain(fmt::format("command {} ({}) is not ordered behind an earlier one at {} {}", now_,
                         isa::disassemble(program_.commands[static_cast<std::size_t>(now_)]), where, address));
  if (is_write) {
    shadow = Shadow{};
    shadow.writer = now_;
  } else {
    shadow.readers[static_cast<std::size_t>(program_.commands[static_cast<std::size_t>(now_)].unit)] = now_;
  }
}

std::uint8_t ProgramExecutor::read(isa::Space space, std::uint64_t address) {
  Space& from = spaces_[static_cast<std::size_t>(space)];
  touch(from.shadows.at(address), false, "byte", address);
  return from.bytes[address];
}

void ProgramExecutor::write(isa::Space space, std::uint64_t address, std::uint8_t value) {
  Space& to = spaces_[static_cast<std::size_t>(space)];
  touch(to.shadows.at(address), true, "byte", address);
  to.bytes[address] = value;
}

std::int64_t ProgramExecutor::read_lane(const isa::MapRegion& map, std::int64_t block, std::int64_t y, std::int64_t x,
                                        std::int64_t lane) {
  const std::int64_t address = map.address + block * map.block_pitch + y * map.row_pitch + x * map.pixel_pitch + lane;
  const std::uint8_t byte = read(isa::Space::activations, static_cast<std::uint64_t>(address));
  return map.is_signed ? static_cast<std::int64_t>(static_cast<std::int8_t>(byte)) : byte;
}

std::uint32_t ProgramExecutor::read_word(std::uint64_t address) {
  std::uint32_t word = 0;
  for (unsigned i = 0; i < 4; ++i) word |= std::uint32_t{read(isa::Space::parameters, address + i)} << (8 * i);
  return word;
}

void ProgramExecutor::run(const std::vector<Bytes>& inputs) {
  Space& memory = spaces_[static_cast<std::size_t>(isa::Space::memory)];
  for (const compile::MemorySegment& segment : program_.segments)
    std::copy(segment.bytes.begin(), segment.bytes.end(),
              memory.bytes.begin() + static_cast<std::ptrdiff_t>(segment.address));
  for (std::size_t i = 0; i < inputs.size(); ++i)
    std::copy(inputs[i].begin(), inputs[i].end(),
              memory.bytes.begin() + static_cast<std::ptrdiff_t>(program_.inputs[i].address));
  for (const std::string& complaint : order_.complaints()) complain(complaint);
  std::size_t piece = 0;
  for (std::size_t i = 0; i < program_.commands.size(); ++i) {
    now_ = static_cast<std::int32_t>(i);
    const isa::Command& command = program_.commands[i];
    const std::string fault = isa::find_fault(command, machine_);
    if (!fault.empty()) return complain(fmt::format("command {} ({}): {}", i, isa::disassemble(command), fault));
    if (const auto* transfer = std::get_if<isa::Transfer>(&command.body))
      execute(*transfer, command.unit == isa::Unit::load);
    if (const auto* exec = std::get_if<isa::Exec>(&command.body)) execute(*exec);
    if (const auto* requant = std::get_if<isa::Requant>(&command.body)) execute(*requant);
    if (const auto* vector = std::get_if<isa::Vector>(&command.body)) execute(*vector);
    for (; piece < program_.pieces.size() && program_.pieces[piece].command == i; ++piece)
      collect(program_.pieces[piece]);
  }
  if (piece != program_.pieces.size()) complain("output pieces are not in the order of commands");
}

Bytes ProgramExecutor::output(quant::TensorId tensor) const {
  const Space& memory = spaces_[static_cast<std::size_t>(isa::Space::memory)];
  for (const compile::LinearTensor& linear : program_.outputs) {
    if (linear.tensor != tensor) continue;
    const auto begin = memory.bytes.begin() + static_cast<std::ptrdiff_t>(linear.address);
    return {begin, begin + static_cast<std::ptrdiff_t>(linear.bytes)};
  }
  return {};
}

void ProgramExecutor::execute(const isa::Transfer& transfer, bool is_load) {
  const auto buffer = static_cast<isa::Space>(transfer.buffer);
  std::array<std::int64_t, 3> i{};
  for (i[2] = 0; i[2] < transfer.extents[2]; ++i[2]) {
    for (i[1] = 0; i[1] < transfer.extents[1]; ++i[1]) {
      for (i[0] = 0; i[0] < transfer.extents[0]; ++i[0]) {
        auto memory = static_cast<std::int64_t>(transfer.memory_address);
        std::int64_t address = transfer.buffer_address;
        for (std::size_t d = 0; d < 3; ++d) {
          memory += i[d] * transfer.memory_strides[d];
          address += i[d] * transfer.buffer_strides[d];
        }
        if (is_load)
          write(buffer, static_cast<std::uint64_t>(address),
                read(isa::Space::memory, static_cast<std::uint64_t>(memory)));
        else
          write(isa::Space::memory, static_cast<std::uint64_t>(memory),
                read(buffer, static_cast<std::uint64_t>(address)));
      }
    }
  }
}

void ProgramExecutor::execute(const isa::Exec& exec) {
  const std::int64_t rows = machine_.array.rows, columns = machine_.array.cols;
  const std::int64_t group = isa::group_channels(exec, machine_);
  const std::int64_t pixels = std::int64_t{exec.out_height} * exec.out_width;
  const isa::Window& window = exec.window;
  std::uint64_t weight = exec.weight_address;
  for (std::int64_t first = 0; first < exec.output_channels; first += group) {
    bool overwrite = !exec.accumulate;
    // Depthwise: a single "block", the one that holds the group's channels.
    const std::int64_t blocks = exec.depthwise ? 1 : (exec.channels + rows - 1) / rows;
    for (std::int64_t b = 0; b < blocks; ++b) {
      const std::int64_t block = exec.depthwise ? first / rows : b;
      const std::int64_t words = exec.depthwise ? 1 : std::min<std::int64_t>(rows, exec.channels - b * rows);
      for (std::int64_t tap = 0; tap < std::int64_t{window.kernel_h} * window.kernel_w; ++tap) {
        std::vector<std::int64_t> w(static_cast<std::size_t>(words * columns));
        for (std::int64_t& value : w) {
          const std::uint8_t byte = read(isa::Space::weights, weight++);
          value = (exec.weights_signed ? static_cast<std::int8_t>(byte) : std::int64_t{byte}) - exec.zw;
        }
        const std::int64_t ky = tap / window.kernel_w, kx = tap % window.kernel_w;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
          const std::int64_t y = pixel / exec.out_width * window.stride_h + ky * window.dilation_h - window.pad_top;
          const std::int64_t x = pixel % exec.out_width * window.stride_w + kx * window.dilation_w - window.pad_left;
          const bool inside = y >= 0 && y < exec.x.height && x >= 0 && x < exec.x.width;
          const auto activation = [&](std::int64_t lane) {
            return inside ? read_lane(exec.x, block, y, x, lane) - exec.zx : std::int64_t{exec.pad_value};
          };
          const std::int64_t used = std::min(group, exec.output_channels - first);
          for (std::int64_t column = 0; column < used; ++column) {
            std::int64_t sum = 0;
            if (exec.depthwise) {
              sum = activation(first % rows + column) * w[static_cast<std::size_t>(column)];
            } else {
              for (std::int64_t row = 0; row < words; ++row)
                sum += activation(row) * w[static_cast<std::size_t>(row * columns + column)];
            }
            const std::int64_t row = exec.acc_row + first / group * pixels + pixel;
            const auto at = static_cast<std::size_t>(
                (exec.acc_bank * std::int64_t{machine_.accumulator.rows_per_bank} + row) * columns + column);
            touch(accumulator_shadows_.at(at), true, "accumulator", at);
            accumulators_[at] = overwrite ? sum : accumulators_[at] + sum;
          }
        }
        overwrite = false;
      }
    }
  }
}

std::int64_t ProgramExecutor::scaled(std::int64_t value, std::uint64_t record, const isa::ScalingDescription& scaling) {
  const std::uint32_t m0 = read_word(record);
  const unsigned n = read(isa::Space::parameters, record + 4);
  if (scaling.multiplier == isa::Multiplier::float32)
    return std::llrint(static_cast<double>(static_cast<float>(value) * as_float(m0)));
  return round_half_even(value * static_cast<std::int64_t>(m0), n);
}

void ProgramExecutor::execute(const isa::Requant& requant) {
  const std::int64_t rows = machine_.array.rows;
  const std::int64_t pixels = std::int64_t{requant.out.height} * requant.out.width;
  for (std::int64_t c = 0; c < requant.channels; ++c) {
    const std::uint64_t first = requant.parameter_address;
    const std::uint64_t record = requant.per_channel ? first + static_cast<std::uint64_t>(c) * 12 : first;
    const std::uint64_t bias_at = requant.per_channel ? record : first + 12 + static_cast<std::uint64_t>(c) * 4;
    const auto bias = static_cast<std::int32_t>(read_word(bias_at));
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
      const std::int64_t row = requant.acc_row + c / requant.group_channels * pixels + pixel;
      const auto at = static_cast<std::size_t>(
          (requant.acc_bank * std::int64_t{machine_.accumulator.rows_per_bank} + row) * machine_.array.cols +
          c % requant.group_channels);
      touch(accumulator_shadows_.at(at), false, "accumulator", at);
      const std::int64_t value = scaled(accumulators_[at] + bias, record + 4, machine_.requant.scaling) + requant.zy;
      const std::int64_t y = pixel / requant.out.width, x = pixel % requant.out.width;
      const std::int64_t address = requant.out.address + c / rows * requant.out.block_pitch +
                                   y * requant.out.row_pitch + x * requant.out.pixel_pitch + c % rows;
      write(isa::Space::activations, static_cast<std::uint64_t>(address),
            static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, requant.lo, requant.hi)));
    }
  }
}

std::int64_t ProgramExecutor::pool_sum(const isa::Vector& vector, std::int64_t channel, std::int64_t y, std::int64_t x,
                                       std::int64_t& count) {
  const std::int64_t rows = machine_.array.rows;
  const isa::Window& window = vector.window;
  std::int64_t sum = 0, largest = -1000;
  for (std::int64_t ky = 0; ky < window.kernel_h; ++ky) {
    for (std::int64_t kx = 0; kx < window.kernel_w; ++kx) {
      const std::int64_t iy = y * window.stride_h + ky * window.dilation_h - window.pad_top;
      const std::int64_t ix = x * window.stride_w + kx * window.dilation_w - window.pad_left;
      const bool inside = iy >= 0 && iy < vector.a.height && ix >= 0 && ix < vector.a.width;
      if (inside || vector.count_padding) ++count;
      if (!inside) continue;
      const std::int64_t value = read_lane(vector.a, channel / rows, iy, ix, channel % rows) - vector.za;
      sum += value;
      largest = std::max(largest, value);
    }
  }
  return vector.op == isa::VectorOp::max_pool ? largest : sum;
}

std::int64_t ProgramExecutor::vector_result(const isa::Vector& vector, std::int64_t channel, std::int64_t y,
                                            std::int64_t x) {
  const std::int64_t rows = machine_.array.rows;
  const isa::ScalingDescription& scaling = machine_.vector.scaling;
  const bool is_float = scaling.multiplier == isa::Multiplier::float32;
  const std::uint64_t records = vector.parameter_address;
  const auto record = [&](std::uint64_t i) { return records + i * 12 + 4; };
  if (vector.op == isa::VectorOp::max_pool || vector.op == isa::VectorOp::average_pool) {
    std::int64_t count = 0;
    const std::int64_t value = pool_sum(vector, channel, y, x, count);
    const std::int64_t number =
        vector.op == isa::VectorOp::max_pool ? 0 : std::min<std::int64_t>(count, vector.parameter_records) - 1;
    return scaled(value, record(static_cast<std::uint64_t>(number)), scaling) + vector.zy;
  }
  const std::int64_t from = channel + vector.in_lane;
  const std::int64_t raw_a = read_lane(vector.a, from / rows, y, x, from % rows), a = raw_a - vector.za;
  if (vector.op == isa::VectorOp::lookup) {
    const std::uint8_t entry = read(isa::Space::parameters, records + static_cast<std::uint8_t>(raw_a));
    return vector.out.is_signed ? static_cast<std::int8_t>(entry) : std::int64_t{entry};
  }
  if (vector.op == isa::VectorOp::rescale) return scaled(a, record(0), scaling) + vector.zy;
  const std::int64_t raw_b = read_lane(vector.b, channel / rows, y, x, channel % rows), b = raw_b - vector.zb;
  if (vector.op == isa::VectorOp::multiply) {
    if (!is_float) return scaled(a * b, record(0), scaling) + vector.zy;
    const float product = static_cast<float>(a * b) * as_float(read_word(record(0)));
    return std::llrint(static_cast<double>(product + static_cast<float>(vector.zy)));
  }
  if (vector.op == isa::VectorOp::maximum || vector.op == isa::VectorOp::minimum) {
    const std::int64_t first = scaled(a, record(0), scaling), second = scaled(b, record(1), scaling);
    const bool is_max = vector.op == isa::VectorOp::maximum;
    return (is_max ? std::max(first, second) : std::min(first, second)) + vector.zy;
  }
  const std::uint32_t ma = read_word(record(0)), mb = read_word(record(1));
  if (is_float) {
    const float inner = std::fma(static_cast<float>(raw_b), as_float(mb), as_float(read_word(record(2))));
    return std::llrint(static_cast<double>(std::fma(static_cast<float>(raw_a), as_float(ma), inner)));
  }
  const std::int64_t second = b * static_cast<std::int64_t>(mb);
  return round_half_even(a * static_cast<std::int64_t>(ma) + (vector.op == isa::VectorOp::subtract ? -second : second),
                         read(isa::Space::parameters, record(0) + 4)) +
         vector.zy;
}

void ProgramExecutor::execute(const isa::Vector& vector) {
  const std::int64_t rows = machine_.array.rows;
  for (std::int64_t c = 0; c < vector.channels; ++c) {
    for (std::int64_t y = 0; y < vector.out.height; ++y) {
      for (std::int64_t x = 0; x < vector.out.width; ++x) {
        const std::int64_t value = vector_result(vector, c, y, x), lane = c + vector.out_lane;
        const std::int64_t address = vector.out.address + lane / rows * vector.out.block_pitch +
                                     y * vector.out.row_pitch + x * vector.out.pixel_pitch + lane % rows;
        write(isa::Space::activations, static_cast<std::uint64_t>(address),
              static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, vector.lo, vector.hi)));
      }
    }
  }
}

void ProgramExecutor::collect(const compile::OutputPiece& piece) {
  const quant::Tensor& tensor = network_.tensor(piece.tensor);
  const MapView view(tensor);
  Bytes& bytes = tensors_[piece.tensor];
  std::vector<int>& covered = coverage_[piece.tensor];
  bytes.resize(static_cast<std::size_t>(graph::element_count(tensor.shape)));
  covered.resize(bytes.size(), 0);
  const Space& activations = spaces_[static_cast<std::size_t>(isa::Space::activations)];
  const std::int64_t rows = machine_.array.rows;
  for (std::int64_t c = 0; c < piece.channels; ++c) {
    for (std::int64_t y = 0; y < piece.where.height; ++y) {
      for (std::int64_t x = 0; x < piece.where.width; ++x) {
        const std::int64_t lane = piece.lane0 + c;
        const std::int64_t address = piece.where.address + lane / rows * piece.where.block_pitch +
                                     y * piece.where.row_pitch + x * piece.where.pixel_pitch + lane % rows;
        const auto at = static_cast<std::size_t>(view.index(piece.channel0 + c, piece.y0 + y, piece.x0 + x));
        bytes.at(at) = activations.bytes.at(static_cast<std::size_t>(address));
        ++covered[at];
      }
    }
  }
}

}  // namespace intloom::test
