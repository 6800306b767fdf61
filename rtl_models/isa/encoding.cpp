#include "rtl_models/isa/encoding.h"

#include <string>
#include <type_traits>

namespace intloom::isa {

namespace {

constexpr std::uint32_t kEndOpcode = 15;
constexpr int kFirstBodyWord = 3;

class Writer {
 public:
  explicit Writer(EncodedCommand& words) : words_(words) {}

  template <class T>
  void field(const T& value) {
    const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    put(static_cast<std::uint32_t>(bits));
    if constexpr (sizeof(T) == 8) put(static_cast<std::uint32_t>(bits >> 32));
  }

 private:
  void put(std::uint32_t word) { words_.at(static_cast<std::size_t>(next_++)) = word; }
  EncodedCommand& words_;
  int next_ = kFirstBodyWord;
};

class Reader {
 public:
  explicit Reader(const EncodedCommand& words) : words_(words) {}

  template <class T>
  void field(T& value) {
    std::uint64_t bits = take();
    if constexpr (sizeof(T) == 8) bits |= std::uint64_t{take()} << 32;
    value = static_cast<T>(bits);
  }

 private:
  std::uint32_t take() { return words_.at(static_cast<std::size_t>(next_++)); }
  const EncodedCommand& words_;
  int next_ = kFirstBodyWord;
};

// The fields of each body once, for both directions. `Body` is const when encoding.
template <class Archive, class Map>
void map_fields(Archive& a, Map& map) {
  a.field(map.address);
  a.field(map.pixel_pitch);
  a.field(map.row_pitch);
  a.field(map.block_pitch);
  a.field(map.height);
  a.field(map.width);
  a.field(map.is_signed);
}

template <class Archive, class W>
void window_fields(Archive& a, W& window) {
  a.field(window.kernel_h);
  a.field(window.kernel_w);
  a.field(window.stride_h);
  a.field(window.stride_w);
  a.field(window.dilation_h);
  a.field(window.dilation_w);
  a.field(window.pad_top);
  a.field(window.pad_left);
}

template <class Archive, class Body>
void body_fields(Archive& a, Body& body) {
  using Plain = std::remove_const_t<Body>;
  if constexpr (std::is_same_v<Plain, Transfer>) {
    a.field(body.buffer);
    a.field(body.memory_address);
    a.field(body.buffer_address);
    for (auto& extent : body.extents) a.field(extent);
    for (auto& stride : body.memory_strides) a.field(stride);
    for (auto& stride : body.buffer_strides) a.field(stride);
  } else if constexpr (std::is_same_v<Plain, Exec>) {
    a.field(body.depthwise);
    map_fields(a, body.x);
    a.field(body.weight_address);
    a.field(body.weights_signed);
    window_fields(a, body.window);
    a.field(body.out_height);
    a.field(body.out_width);
    a.field(body.channels);
    a.field(body.output_channels);
    a.field(body.zx);
    a.field(body.zw);
    a.field(body.pad_value);
    a.field(body.acc_bank);
    a.field(body.acc_row);
    a.field(body.accumulate);
  } else if constexpr (std::is_same_v<Plain, Requant>) {
    a.field(body.acc_bank);
    a.field(body.acc_row);
    a.field(body.channels);
    a.field(body.group_channels);
    a.field(body.parameter_address);
    a.field(body.per_channel);
    a.field(body.zy);
    a.field(body.lo);
    a.field(body.hi);
    map_fields(a, body.out);
  } else if constexpr (std::is_same_v<Plain, Vector>) {
    a.field(body.op);
    map_fields(a, body.a);
    map_fields(a, body.b);
    map_fields(a, body.out);
    a.field(body.channels);
    a.field(body.in_lane);
    a.field(body.out_lane);
    window_fields(a, body.window);
    a.field(body.count_padding);
    a.field(body.parameter_address);
    a.field(body.parameter_records);
    a.field(body.za);
    a.field(body.zb);
    a.field(body.zy);
    a.field(body.lo);
    a.field(body.hi);
  }
}

template <class Body>
Command with_body(const EncodedCommand& words) {
  Command command;
  Body body;
  Reader reader(words);
  body_fields(reader, body);
  command.body = body;
  return command;
}

Command decode_body(const EncodedCommand& words, std::uint32_t opcode) {
  switch (opcode) {
    case 0:
    case 4:
      return with_body<Transfer>(words);
    case 1:
      return with_body<Exec>(words);
    case 2:
      return with_body<Requant>(words);
    case 3:
      return with_body<Vector>(words);
    case kEndOpcode:
      return with_body<End>(words);
    default:
      throw std::invalid_argument("unknown opcode " + std::to_string(opcode));
  }
}

}  // namespace

EncodedCommand encode(const Command& command) {
  EncodedCommand words{};
  const bool is_end = std::holds_alternative<End>(command.body);
  const std::uint32_t opcode = is_end ? kEndOpcode : static_cast<std::uint32_t>(command.unit);
  words[0] = opcode | std::uint32_t{command.waits} << 8 | std::uint32_t{command.signals} << 16;
  words[1] = command.layer;
  words[2] = command.tile;
  Writer writer(words);
  std::visit([&](const auto& body) { body_fields(writer, body); }, command.body);
  return words;
}

Command decode(const EncodedCommand& words) {
  const std::uint32_t opcode = words[0] & 0xF;
  Command command = decode_body(words, opcode);
  if (opcode != kEndOpcode) command.unit = static_cast<Unit>(opcode);
  command.waits = static_cast<std::uint8_t>(words[0] >> 8 & 0x1F);
  command.signals = static_cast<std::uint8_t>(words[0] >> 16 & 0x1F);
  command.layer = words[1];
  command.tile = words[2];
  return command;
}

}  // namespace intloom::isa
