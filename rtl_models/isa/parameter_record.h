// The parameters of one output channel of the requantizer, or of one scaling step of the vector unit, as they lie in
// memory and in the parameter buffer.
//
//   fixed:    Y = R((x + bias) * m0 * 2^-n)
//   float32:  Y = rne(f32(x + bias) * m), m the float whose bits are in m0
#pragma once

#include <cstdint>
#include <cstring>

namespace intloom::isa {

// Bytes a record takes, little-endian: bias at 0, m0 at 4, n at 8; 9..11 are zero.
inline constexpr int kParameterRecordBytes = 12;
// A table of VECTOR lookup: entry t is byte t from the first record on; the last bytes of the last record are unused.
inline constexpr int kTableEntries = 256;
inline constexpr int kTableRecords = (kTableEntries + kParameterRecordBytes - 1) / kParameterRecordBytes;

struct ParameterRecord {
  std::int32_t bias = 0;
  std::uint32_t m0 = 0;
  std::uint8_t n = 0;

  float multiplier_as_float() const {
    float value = 0;
    std::memcpy(&value, &m0, sizeof value);
    return value;
  }
};

ParameterRecord read_parameter_record(const std::uint8_t* bytes);
void write_parameter_record(const ParameterRecord& record, std::uint8_t* bytes);

}  // namespace intloom::isa
