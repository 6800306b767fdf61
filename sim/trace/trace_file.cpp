#include "sim/trace/trace_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace intloom::sim {
namespace {

constexpr mode_t kMode = 0666;  // less the umask, as for any file a program writes

std::string self_link(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

}  // namespace

TraceFile::TraceFile(const std::string& path) : path_(path) {
  const std::size_t slash = path.rfind('/');
  folder_ = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  partial_path_ = fmt::format("{}/.{}.partial-{}", folder_, name, ::getpid());
  struct ::stat status {};
  if (name.empty() || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
    errno = EISDIR;
    fail("write");
  }
  open_unnamed();
  if (descriptor_ < 0) open_named();
}

void TraceFile::open_unnamed() {
#ifdef O_TMPFILE
  descriptor_ = ::open(folder_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode);
  // Without /proc the file could not be given its name later.
  if (descriptor_ >= 0 && ::access(self_link(descriptor_).c_str(), F_OK) != 0) {
    ::close(descriptor_);
    descriptor_ = -1;
  }
#endif
}

void TraceFile::open_named() {
  descriptor_ = ::open(partial_path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, kMode);
  if (descriptor_ < 0) fail("open");
  named_ = true;
}

TraceFile::~TraceFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (named_) ::unlink(partial_path_.c_str());
}

void TraceFile::write(const char* data, std::size_t size) {
  while (size != 0) {
    const ssize_t written = ::write(descriptor_, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write");
    }
    data += written;
    size -= static_cast<std::size_t>(written);
    bytes_written_ += static_cast<std::uint64_t>(written);
  }
}

void TraceFile::commit() {
  if (!named_) {
    ::unlink(partial_path_.c_str());  // of an earlier process of the same number
    if (::linkat(AT_FDCWD, self_link(descriptor_).c_str(), AT_FDCWD, partial_path_.c_str(), AT_SYMLINK_FOLLOW) != 0)
      fail("complete");
    named_ = true;
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail("complete");
  if (::rename(partial_path_.c_str(), path_.c_str()) != 0) fail("complete");
  named_ = false;
}

void TraceFile::fail(const char* action) const {
  throw TraceError(fmt::format("cannot {} {}: {}", action, path_, std::strerror(errno)));
}

}  // namespace intloom::sim
