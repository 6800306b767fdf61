#include "rtl_models/requant/requant_fetch.h"

#include <algorithm>
#include <cstring>

#include "rtl_models/isa/parameter_record.h"

namespace intloom::hw {

void RequantFetch::begin(const isa::Requant& command, const RequantChunk& chunk) {
  command_ = &command;
  chunk_ = chunk;
  words_ = chunk.lanes == 0 ? RequantWords{} : requant_words(command, chunk);
  age_ = 0;
  captured_ = 0;
  shared_ = newest_;
}

void RequantFetch::advance(const Lanes<std::uint8_t>& data) {
  if (captured_ == words_.count) return;
  ++age_;
  if (age_ <= read_latency_) return;  // the word requested at age 0 arrives at age 1 + latency
  capture(words_.first + captured_, data);
  ++captured_;
}

std::uint32_t RequantFetch::address() const {
  return command_->parameter_address + (words_.first + age_) * static_cast<std::uint32_t>(isa::kParameterRecordBytes);
}

void RequantFetch::capture(std::uint32_t word, const Lanes<std::uint8_t>& data) {
  RequantParameters& set = sets_[in_use_ ^ 1U];
  if (command_->per_channel) {
    const isa::ParameterRecord record = isa::read_parameter_record(data.lane);
    const std::uint32_t lane = word - chunk_.channel;
    set.bias[lane] = record.bias;
    set.m0[lane] = record.m0;
    set.n[lane] = record.n;
  } else if (word == 0) {
    const isa::ParameterRecord record = isa::read_parameter_record(data.lane);
    for (RequantParameters& each : sets_) {
      each.m0.fill(record.m0);
      each.n.fill(record.n);
    }
  } else {
    newest_.number = word - 1;
    std::memcpy(newest_.bias.data(), data.lane, sizeof newest_.bias);
    place(newest_, set);
  }
}

void RequantFetch::place(const BiasWord& word, RequantParameters& set) const {
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::uint32_t lane = word.number * 3 + i - chunk_.channel;  // wraps to a large number below the chunk
    if (lane < chunk_.lanes) set.bias[lane] = word.bias[i];
  }
}

std::uint8_t RequantFetch::swap() {
  in_use_ ^= 1;
  const bool shares = !command_->per_channel && chunk_.channel % 3 != 0;
  if (shares) place(shared_, sets_[in_use_]);
  return in_use_;
}

}  // namespace intloom::hw
