#include "rtl_models/isa/disassembly.h"

#include <fmt/format.h>

#include "rtl_models/isa/vector_operation.h"

namespace intloom::isa {

namespace {

std::string units(std::uint8_t mask) {
  std::string text;
  for (int u = 0; u < kUnits; ++u) {
    if ((mask & unit_bit(static_cast<Unit>(u))) == 0) continue;
    if (!text.empty()) text += ',';
    text += unit_name(static_cast<Unit>(u));
  }
  return text;
}

std::string tokens(const Command& command) {
  std::string text;
  if (command.waits != 0) text += " wait=" + units(command.waits);
  if (command.signals != 0) text += " signal=" + units(command.signals);
  return text;
}

std::string map_text(const MapRegion& map) {
  return fmt::format("{:#x} {}x{} pitch={}/{}/{} {}", map.address, map.height, map.width, map.pixel_pitch,
                     map.row_pitch, map.block_pitch, map.is_signed ? "s8" : "u8");
}

std::string window_text(const Window& window) {
  return fmt::format("kernel={}x{} stride={},{} dilation={},{} pad={},{}", window.kernel_h, window.kernel_w,
                     window.stride_h, window.stride_w, window.dilation_h, window.dilation_w, window.pad_top,
                     window.pad_left);
}

std::string text(const Transfer& transfer) {
  const auto& extents = transfer.extents;
  const auto& memory = transfer.memory_strides;
  const auto& buffer = transfer.buffer_strides;
  return fmt::format("memory={:#x} strides={}/{}/{} {}={:#x} strides={}/{}/{} extents={}/{}/{}",
                     transfer.memory_address, memory[0], memory[1], memory[2], buffer_name(transfer.buffer),
                     transfer.buffer_address, buffer[0], buffer[1], buffer[2], extents[0], extents[1], extents[2]);
}

std::string text(const Exec& exec) {
  return fmt::format("{}x={} zx={} w={:#x} {} zw={} {} out={}x{} K={} N={} acc={}:{} {}",
                     exec.depthwise ? "depthwise " : "", map_text(exec.x), exec.zx, exec.weight_address,
                     exec.weights_signed ? "s8" : "u8", exec.zw, window_text(exec.window), exec.out_height,
                     exec.out_width, exec.channels, exec.output_channels, exec.acc_bank, exec.acc_row,
                     exec.accumulate ? "add" : "overwrite");
}

std::string text(const Requant& requant) {
  return fmt::format("acc={}:{} channels={} group={} parameters={:#x} {} zy={} clamp={}..{} out={}", requant.acc_bank,
                     requant.acc_row, requant.channels, requant.group_channels, requant.parameter_address,
                     requant.per_channel ? "per_channel" : "per_tensor", requant.zy, requant.lo, requant.hi,
                     map_text(requant.out));
}

std::string lookup_text(const Vector& vector) {
  const std::string in_lane = vector.in_lane != 0 ? fmt::format(" in_lane={}", vector.in_lane) : "";
  return fmt::format("lookup a={}{} out={} lane={} channels={} table={:#x}", map_text(vector.a), in_lane,
                     map_text(vector.out), vector.out_lane, vector.channels, vector.parameter_address);
}

std::string text(const Vector& vector) {
  if (vector.op == VectorOp::lookup) return lookup_text(vector);
  std::string line = fmt::format("{} a={} za={}", vector_op_name(vector.op), map_text(vector.a), vector.za);
  if (vector.in_lane != 0) line += fmt::format(" in_lane={}", vector.in_lane);
  if (has_second_operand(vector.op)) line += fmt::format(" b={} zb={}", map_text(vector.b), vector.zb);
  if (is_pool(vector.op))
    line += fmt::format(" {}{}", window_text(vector.window), vector.count_padding ? " count_padding" : "");
  return line + fmt::format(" out={} lane={} channels={} parameters={:#x}*{} zy={} clamp={}..{}", map_text(vector.out),
                            vector.out_lane, vector.channels, vector.parameter_address, vector.parameter_records,
                            vector.zy, vector.lo, vector.hi);
}

std::string text(const End& /*end*/) { return {}; }

}  // namespace

std::string_view mnemonic(const Command& command) {
  if (std::holds_alternative<End>(command.body)) return "END";
  switch (command.unit) {
    case Unit::load:
      return "LOAD";
    case Unit::exec:
      return "EXEC";
    case Unit::requant:
      return "REQUANT";
    case Unit::vector:
      return "VECTOR";
    case Unit::store:
      return "STORE";
  }
  return "?";
}

std::string disassemble(const Command& command) {
  const std::string operands = std::visit([](const auto& body) { return text(body); }, command.body);
  std::string line = fmt::format("{:<8}{}{}", mnemonic(command), operands, tokens(command));
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace intloom::isa
