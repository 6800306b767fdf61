#include "rtl_models/isa/parameter_record.h"

#include <algorithm>

namespace intloom::isa {

ParameterRecord read_parameter_record(const std::uint8_t* bytes) {
  ParameterRecord record;
  std::memcpy(&record.bias, bytes, 4);
  std::memcpy(&record.m0, bytes + 4, 4);
  record.n = bytes[8];
  return record;
}

void write_parameter_record(const ParameterRecord& record, std::uint8_t* bytes) {
  std::fill_n(bytes, kParameterRecordBytes, std::uint8_t{0});
  std::memcpy(bytes, &record.bias, 4);
  std::memcpy(bytes + 4, &record.m0, 4);
  bytes[8] = record.n;
}

}  // namespace intloom::isa
