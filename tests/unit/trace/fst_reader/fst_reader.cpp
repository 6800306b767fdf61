#include "tests/unit/trace/fst_reader/fst_reader.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#ifdef INTLOOM_VCD2FST
#include <fstapi.h>
#endif

namespace intloom::test {

const std::string& ReadSignal::at(std::uint64_t time) const {
  static const std::string none;
  const auto later = std::upper_bound(changes.begin(), changes.end(), time,
                                      [](std::uint64_t t, const auto& change) { return t < change.first; });
  return later == changes.begin() ? none : std::prev(later)->second;
}

#ifndef INTLOOM_VCD2FST

std::optional<ReadWaveform> read_with_gtkwave(const std::string&, const std::string&) { return std::nullopt; }

#else

namespace {

struct Collector {
  std::map<fstHandle, ReadSignal*> signals;

  static void change(void* self, std::uint64_t time, fstHandle handle, const unsigned char* value) {
    auto* collector = static_cast<Collector*>(self);
    ReadSignal& signal = *collector->signals.at(handle);
    std::string digits(reinterpret_cast<const char*>(value));
    if (signal.changes.empty() || signal.changes.back().second != digits) signal.changes.emplace_back(time, digits);
  }
};

void read_hierarchy(void* fst, ReadWaveform& waveform, Collector& collector) {
  std::vector<std::string> scopes;
  while (const fstHier* entry = fstReaderIterateHier(fst)) {
    if (entry->htyp == FST_HT_SCOPE) {
      scopes.emplace_back(entry->u.scope.name);
    } else if (entry->htyp == FST_HT_UPSCOPE) {
      scopes.pop_back();
    } else if (entry->htyp == FST_HT_VAR) {
      std::string path;
      for (const std::string& scope : scopes) path += scope + ".";
      const std::string name = entry->u.var.name;
      ReadSignal& signal = waveform.signals[path + name.substr(0, name.find(' '))];
      signal.width_bits = static_cast<int>(entry->u.var.length);
      collector.signals[entry->u.var.handle] = &signal;
    }
  }
}

}  // namespace

std::optional<ReadWaveform> read_with_gtkwave(const std::string& vcd_path, const std::string& folder) {
  const std::string fst_path = folder + "/read_back.fst";
  const std::string command = std::string(INTLOOM_VCD2FST) + " '" + vcd_path + "' '" + fst_path + "' > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("vcd2fst fails on " + vcd_path);
  void* fst = fstReaderOpen(fst_path.c_str());
  if (fst == nullptr) throw std::runtime_error("no FST from " + vcd_path);
  ReadWaveform waveform;
  waveform.start_time = fstReaderGetStartTime(fst);
  waveform.end_time = fstReaderGetEndTime(fst);
  waveform.timescale_exponent = fstReaderGetTimescale(fst);
  Collector collector;
  read_hierarchy(fst, waveform, collector);
  fstReaderSetFacProcessMaskAll(fst);
  fstReaderIterBlocks(fst, &Collector::change, &collector, nullptr);
  fstReaderClose(fst);
  return waveform;
}

#endif

}  // namespace intloom::test
