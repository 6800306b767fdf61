#include "runtime/import/tensor_file.h"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <system_error>

#include "runtime/import/file_bytes.h"
#include "runtime/import/npy.h"
#include "runtime/import/tensor_proto.h"
#include "runtime/import/zip_archive.h"

namespace intloom::graph {
namespace {

using Tensors = std::map<std::string, TensorData>;

Tensors read_pb(const std::string& path) {
  const FileBytes file = read_file(path);
  const std::string_view bytes = file.view();
  onnx::TensorProto proto;
  const google::protobuf::LogSilencer silence;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
      !proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !proto.has_data_type()) {
    throw TensorFileError("it is no ONNX TensorProto, or a truncated one");
  }
  const std::string name = proto.name();
  Tensors tensors;
  tensors.emplace(
      name, take_tensor(proto, std::filesystem::path(path).parent_path().string(), fmt::format("tensor '{}'", name)));
  return tensors;
}

Tensors read_npz(const std::string& path) {
  Tensors tensors;
  for (auto& [entry, bytes] : read_zip(path)) {
    constexpr std::string_view kEnding = ".npy";
    const bool is_npy = entry.size() > kEnding.size() && entry.substr(entry.size() - kEnding.size()) == kEnding;
    try {
      if (!is_npy) throw TensorFileError("it is no .npy entry");
      tensors.emplace(entry.substr(0, entry.size() - kEnding.size()), parse_npy(bytes));
    } catch (const TensorFileError& error) {
      throw TensorFileError(fmt::format("entry '{}': {}", entry, error.what()));
    }
    std::string().swap(bytes);
  }
  return tensors;
}

Tensors read_by_ending(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  if (ending == ".npy") return {{"", parse_npy(read_file(path).view())}};
  if (ending == ".pb") return read_pb(path);
  if (ending == ".npz") {
    read_file(path, 0, 0);  // the same words for a missing file as for the other kinds
    return read_npz(path);
  }
  throw TensorFileError(
      fmt::format("files ending in '{}' cannot be read; .npy, .npz and .pb (ONNX TensorProto) can", ending));
}

// Removes the temporary file unless it was renamed.
struct TemporaryFile {
  std::string path;
  ~TemporaryFile() {
    if (!path.empty()) std::remove(path.c_str());
  }
};

[[noreturn]] void fail_write(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), fmt::format("writing {}", path));
}

}  // namespace

std::map<std::string, TensorData> read_tensor_file(const std::string& path) {
  try {
    return read_by_ending(path);
  } catch (const std::runtime_error& error) {  // ModelError of a TensorProto included
    throw TensorFileError(fmt::format("{}: {}", path, error.what()));
  }
}

void write_npy(const std::string& path, const TensorData& tensor) {
  const std::string bytes = format_npy(tensor);
  TemporaryFile temporary{fmt::format("{}.{}.tmp", path, getpid())};
  std::FILE* file = std::fopen(temporary.path.c_str(), "wb");
  if (file == nullptr) fail_write(path);
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  if (std::fclose(file) != 0) fail_write(path);
  if (!written) {
    errno = error;
    fail_write(path);
  }
  if (std::rename(temporary.path.c_str(), path.c_str()) != 0) fail_write(path);
  temporary.path.clear();
}

}  // namespace intloom::graph
