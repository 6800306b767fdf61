#include "runtime/import/file_bytes.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace intloom::graph {

FileBytes read_file(const std::string& path, std::int64_t offset, std::int64_t length) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw std::runtime_error(error ? error.message() : std::strerror(ENOENT));
  }
  if (std::filesystem::is_directory(status)) throw std::runtime_error("is a folder, not a file");
  if (!std::filesystem::is_regular_file(status)) throw std::runtime_error("is not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::strerror(errno));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  if (length < 0) length = size - offset;
  if (offset < 0 || length < 0 || offset > size || length > size - offset) {
    throw std::runtime_error(fmt::format("has {} bytes, {} wanted from byte {} on", size, length, offset));
  }
  FileBytes bytes;
  bytes.size = static_cast<std::size_t>(length);
  bytes.data.reset(new char[bytes.size]);
  file.seekg(offset);
  if (!file.read(bytes.data.get(), length)) throw std::runtime_error("reading failed");
  return bytes;
}

std::string sha256_of(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL computes no SHA-256");
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace intloom::graph
