#include "sim/report/result_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace intloom::sim {

namespace {

constexpr const char* kTemporary = ".partial";

[[noreturn]] void fail(const std::string& what, const std::string& path, int error) {
  throw WriteError(fmt::format("cannot {} {}: {}", what, path, std::strerror(error)));
}

void write_whole(const std::string& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail("create", path, errno);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(file, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int error = errno;
      ::close(file);
      fail("write", path, error);
    }
    done += static_cast<std::size_t>(count);
  }
  if (::close(file) != 0) fail("write", path, errno);  // some file systems report a full disk only here
}

void make_directories(const std::filesystem::path& path) {
  std::error_code error;
  if (!path.empty()) std::filesystem::create_directories(path, error);
  if (error) throw WriteError(fmt::format("cannot create folder {}: {}", path.string(), error.message()));
}

}  // namespace

ResultFiles::ResultFiles(std::string directory) : directory_(std::move(directory)) { make_directories(directory_); }

ResultFiles::~ResultFiles() {
  std::error_code ignored;
  for (const std::string& name : pending_) std::filesystem::remove(path_of(name) + kTemporary, ignored);
}

std::string ResultFiles::path_of(const std::string& name) const {
  return (std::filesystem::path(directory_) / name).string();
}

void ResultFiles::add(const std::string& name, const std::string& bytes) {
  const std::string path = path_of(name);
  make_directories(std::filesystem::path(path).parent_path());
  pending_.push_back(name);
  write_whole(path + kTemporary, bytes);
}

void ResultFiles::publish() {
  for (const std::string& name : pending_) {
    const std::string path = path_of(name);
    if (std::rename((path + kTemporary).c_str(), path.c_str()) != 0) fail("rename to", path, errno);
    published_.push_back(path);
  }
  pending_.clear();
}

std::string file_name_of(const std::string& tensor) {
  std::string name = tensor;
  for (char& c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    if (!plain) c = '_';
  }
  return name;
}

}  // namespace intloom::sim
