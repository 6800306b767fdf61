// Entries of a zip archive.
#pragma once

#include <map>
#include <string>

namespace intloom::graph {

// Uncompressed contents by name; stored or deflated, checksums verified. TensorFileError without the file's name.
std::map<std::string, std::string> read_zip(const std::string& path);

}  // namespace intloom::graph
