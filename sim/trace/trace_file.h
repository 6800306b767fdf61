// A file that appears under its name only when it is complete.
//
// What is written goes to a file without a name in the same folder (to one named `.NAME.partial-PID` where the file
// system knows no such files), so that nothing is left behind by a failure, by an exception or by a kill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace intloom::sim {

// Opening, writing or completing a file failed; the text has the path and the system's reason.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class TraceFile {
 public:
  explicit TraceFile(const std::string& path);  // throws TraceError
  ~TraceFile();                                 // discards what was not committed
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void write(const char* data, std::size_t size);  // throws TraceError
  void commit();                                   // gives the file its name, replacing an older one; throws TraceError

  const std::string& path() const { return path_; }
  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  [[noreturn]] void fail(const char* action) const;  // with the text of errno
  void open_unnamed();
  void open_named();

  std::string path_, folder_, partial_path_;
  int descriptor_ = -1;
  bool named_ = false;  // partial_path_ exists
  std::uint64_t bytes_written_ = 0;
};

}  // namespace intloom::sim
