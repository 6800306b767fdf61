// Whole files in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace intloom::graph {

struct FileBytes {
  std::unique_ptr<char[]> data;  // not a std::string, which would fill it with zeros first
  std::size_t size = 0;
  std::string_view view() const { return {data.get(), size}; }
};

// Bytes [offset, offset + length) of a regular file; length -1: to its end. Throws std::runtime_error: the reason,
// without the path ("No such file or directory", "is a folder, not a file", "has 12 bytes, 100 wanted from byte 8 on").
FileBytes read_file(const std::string& path, std::int64_t offset = 0, std::int64_t length = -1);

std::string sha256_of(std::string_view bytes);  // in lower-case hexadecimal

}  // namespace intloom::graph
