#include "runtime/import/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstring>
#include <optional>

#include "runtime/import/tensor_file.h"

namespace intloom::graph {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;
constexpr std::size_t kMaxDims = 32;  // NumPy's own limit

struct Header {
  std::string descr;  // "<f4"
  bool fortran_order = false;
  Shape shape;
  std::size_t data_offset = 0;
};

// The value behind 'key': in the header, a Python dictionary literal as numpy.save writes it.
std::string_view value_of(std::string_view header, std::string_view key) {
  const auto at = header.find(fmt::format("'{}'", key));
  const auto colon = at == std::string_view::npos ? at : header.find(':', at);
  if (colon == std::string_view::npos) throw TensorFileError(fmt::format("its header has no '{}'", key));
  const auto first = header.find_first_not_of(' ', colon + 1);
  return first == std::string_view::npos ? std::string_view() : header.substr(first);
}

std::string parse_descr(std::string_view value) {
  const auto end = value.size() > 1 && value[0] == '\'' ? value.find('\'', 1) : std::string_view::npos;
  if (end == std::string_view::npos) {
    throw TensorFileError("it is a structured array; a plain array of one type can be read");
  }
  return std::string(value.substr(1, end - 1));
}

Shape parse_shape(std::string_view value) {
  const auto end = value.find(')');
  if (value.empty() || value[0] != '(' || end == std::string_view::npos) {
    throw TensorFileError("its header has no tuple as 'shape'");
  }
  Shape shape;
  std::int64_t count = 1;
  const char* at = value.data() + 1;
  const char* last = value.data() + end;
  while (at != last) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::int64_t dim = 0;
    const auto parsed = std::from_chars(at, last, dim);
    if (parsed.ec != std::errc() || dim < 0) throw TensorFileError("its header has no numbers in 'shape'");
    at = parsed.ptr;
    shape.push_back(dim);
    if (dim > kMaxElements || (count *= std::max<std::int64_t>(dim, 1)) > kMaxElements || shape.size() > kMaxDims) {
      throw TensorFileError(fmt::format("its shape {} has more than 2^31 elements", to_string(shape)));
    }
  }
  return shape;
}

Header parse_header(std::string_view bytes) {
  if (bytes.size() < 10 || bytes.substr(0, kMagic.size()) != kMagic) throw TensorFileError("it is no .npy file");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) throw TensorFileError(fmt::format("it has the unknown .npy version {}", version));
  const std::size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start) throw TensorFileError("it is truncated");
  const std::size_t size =
      version == 1 ? byte(8) + (byte(9) << 8) : byte(8) + (byte(9) << 8) + (byte(10) << 16) + (byte(11) << 24);
  if (size > bytes.size() - start) throw TensorFileError("it is truncated");
  const std::string_view text = bytes.substr(start, size);
  Header header;
  header.descr = parse_descr(value_of(text, "descr"));
  header.fortran_order = value_of(text, "fortran_order").substr(0, 4) == "True";
  header.shape = parse_shape(value_of(text, "shape"));
  header.data_offset = start + size;
  return header;
}

struct ElementType {
  DataType type;
  std::size_t bytes;  // in the file
};

ElementType element_type(const std::string& descr) {
  const char order = descr.empty() ? '?' : descr[0];
  const std::string kind = descr.empty() ? "" : descr.substr(1);
  if (order == '>' && kind != "i1" && kind != "u1" && kind != "b1") {
    throw TensorFileError(fmt::format("its elements are '{}', big endian: save it with .astype('<{}')", descr, kind));
  }
  if (kind == "f4") return {DataType::float32, 4};
  if (kind == "f8") return {DataType::float32, 8};
  if (kind == "i1") return {DataType::int8, 1};
  if (kind == "u1") return {DataType::uint8, 1};
  if (kind == "i4") return {DataType::int32, 4};
  if (kind == "i8") return {DataType::int64, 8};
  if (kind == "b1") return {DataType::boolean, 1};
  throw TensorFileError(
      fmt::format("its elements are '{}'; float32, float64, int8, uint8, int32, int64 and bool can be "
                  "read: convert it with .astype(...)",
                  descr));
}

void narrow_doubles(std::string_view bytes, TensorData& tensor) {
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    double value;
    std::memcpy(&value, bytes.data() + static_cast<std::size_t>(i) * sizeof(value), sizeof(value));
    tensor.as<float>()[i] = static_cast<float>(value);
  }
}

// Fortran order is the C order of the reversed shape: transposed on the way in.
void to_row_major(TensorData& tensor) {
  const std::size_t rank = tensor.shape.size();
  if (rank < 2 || tensor.bytes.empty()) return;
  const std::size_t width = data_type_bytes(tensor.type);
  const std::vector<std::uint8_t> source = std::move(tensor.bytes);
  tensor.bytes.assign(source.size(), 0);
  Shape stride(rank, 1);  // in the source, in elements
  for (std::size_t d = 1; d < rank; ++d) stride[d] = stride[d - 1] * tensor.shape[d - 1];
  Shape index(rank, 0);
  std::int64_t from = 0;
  for (std::size_t to = 0; to < source.size(); to += width) {
    std::memcpy(tensor.bytes.data() + to, source.data() + static_cast<std::size_t>(from) * width, width);
    for (std::size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++index[d] < tensor.shape[d]) break;
      from -= stride[d] * tensor.shape[d];
      index[d] = 0;
    }
  }
}

std::string_view descr_of(DataType type) {
  switch (type) {
    case DataType::float32:
      return "<f4";
    case DataType::int8:
      return "|i1";
    case DataType::uint8:
      return "|u1";
    case DataType::int32:
      return "<i4";
    case DataType::int64:
      return "<i8";
    case DataType::boolean:
      return "|b1";
  }
  throw std::logic_error("descr_of: no such DataType");
}

}  // namespace

TensorData parse_npy(std::string_view bytes) {
  const Header header = parse_header(bytes);
  const ElementType element = element_type(header.descr);
  const std::string_view data = bytes.substr(header.data_offset);
  const auto wanted = static_cast<std::size_t>(element_count(header.shape)) * element.bytes;
  if (data.size() != wanted) {
    throw TensorFileError(fmt::format("its header says {} of '{}', {} bytes, but {} follow", to_string(header.shape),
                                      header.descr, wanted, data.size()));
  }
  TensorData tensor;
  tensor.type = element.type;
  tensor.shape = header.shape;
  if (element.bytes == data_type_bytes(element.type)) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(data.data());
    tensor.bytes.assign(first, first + data.size());
  } else {
    tensor = make_tensor(element.type, header.shape);
    narrow_doubles(data, tensor);
  }
  if (header.fortran_order) to_row_major(tensor);
  return tensor;
}

std::string format_npy(const TensorData& tensor) {
  // A tuple of one has a comma behind it.
  const std::string shape = fmt::format("({}{})", fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : "");
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", descr_of(tensor.type), shape);
  // Data begin at a multiple of 64 bytes; the header ends with a newline.
  header.append(63 - (kMagic.size() + 4 + header.size()) % 64, ' ');
  header += '\n';
  std::string file(kMagic);
  file += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  file += header;
  file.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
  return file;
}

}  // namespace intloom::graph
