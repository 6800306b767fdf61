#include "runtime/import/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <memory>

#include "runtime/import/tensor_file.h"

namespace intloom::graph {
namespace {

// An archive may claim any size for an entry: memory is taken as the data really come.
constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::size_t kMaxEntry = std::size_t{1} << 34;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::string read_entry(zip_t* archive, zip_uint64_t index, const char* name) {
  const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(archive, index, 0));
  if (!file) throw TensorFileError(fmt::format("its entry '{}' cannot be read: {}", name, zip_strerror(archive)));
  std::string bytes;
  while (true) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunk);
    const zip_int64_t count = zip_fread(file.get(), bytes.data() + before, kChunk);
    if (count < 0) {
      throw TensorFileError(fmt::format("its entry '{}' cannot be read: {}", name, zip_file_strerror(file.get())));
    }
    bytes.resize(before + static_cast<std::size_t>(count));
    if (count == 0) return bytes;
    if (bytes.size() > kMaxEntry) throw TensorFileError(fmt::format("its entry '{}' is larger than 16 GiB", name));
  }
}

}  // namespace

std::map<std::string, std::string> read_zip(const std::string& path) {
  int code = 0;
  const std::unique_ptr<zip_t, Discard> archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw TensorFileError(fmt::format("it cannot be read as a zip archive: {}", reason));
  }
  std::map<std::string, std::string> entries;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    const char* name = zip_get_name(archive.get(), index, 0);
    if (name == nullptr) throw TensorFileError(fmt::format("its entry {} has no readable name", i));
    entries[name] = read_entry(archive.get(), index, name);
  }
  return entries;
}

}  // namespace intloom::graph
