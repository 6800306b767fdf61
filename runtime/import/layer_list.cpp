#include "runtime/import/layer_list.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <unordered_set>
#include <utility>

#include "runtime/import/csv_table.h"
#include "runtime/import/file_bytes.h"
#include "runtime/import/layer_columns.h"

namespace intloom::graph {
namespace {

using Column = LayerColumn;

// One spatial dimension of a convolution.
struct Extent {
  std::int64_t input = 1, filter = 1, stride = 1;
  std::int64_t output() const { return (input - filter + stride - 1) / stride + 1; }
  // Zeros behind the input that the last window reaches.
  std::int64_t end_padding() const { return (output() - 1) * stride + filter - input; }
};

class LayerListReader {
 public:
  explicit LayerListReader(const std::string& path) {
    graph_.path = path;
    graph_.name = std::filesystem::path(path).stem().string();
    graph_.opset = 13;
  }

  Graph run() {
    const FileBytes bytes = read();
    graph_.sha256 = sha256_of(bytes.view());
    const std::vector<CsvRow> rows = split_csv(bytes.view());
    if (rows.empty()) throw ModelError(fmt::format("{}: the file is empty, expected a header and layers", graph_.path));
    const LayerColumns columns(graph_.path, rows[0]);
    if (rows.size() == 1) columns.fail(rows[0], "no layer stands below the header");
    for (std::size_t i = 1; i < rows.size(); ++i) {
      columns.check(rows[i]);
      if (columns.kind() == LayerListKind::gemms) {
        add_gemm(columns, rows[i]);
      } else {
        add_convolution(columns, rows[i]);
      }
    }
    validate(graph_);
    return std::move(graph_);
  }

 private:
  FileBytes read() const {
    try {
      return read_file(graph_.path);
    } catch (const std::runtime_error& error) {
      throw ModelError(fmt::format("{}: {}", graph_.path, error.what()));
    }
  }

  void add_gemm(const LayerColumns& columns, const CsvRow& row) {
    const std::string name = unique(columns.layer_name(row));
    const std::int64_t m = columns.number(row, Column::m), n = columns.number(row, Column::n),
                       k = columns.number(row, Column::k);
    check_size(columns, row, {m, n, k});
    check_tensor(columns, row, "input", {m, k});
    check_tensor(columns, row, "output", {m, n});
    check_tensor(columns, row, "matrix of weights", {k, n});
    add_layer("MatMul", name, {1, m, k}, {k, n}, {1, m, n}, {});
  }

  void add_convolution(const LayerColumns& columns, const CsvRow& row) {
    const std::string layer = columns.layer_name(row);
    const Extent height = extent(columns, row, Column::ifmap_height, Column::filter_height, Column::stride_height);
    const Extent width = extent(columns, row, Column::ifmap_width, Column::filter_width, Column::stride_width);
    const std::int64_t channels = columns.number(row, Column::channels);
    const std::int64_t filters = columns.number(row, Column::num_filter);
    check_size(columns, row, {channels, filters, height.output(), width.output(), height.filter, width.filter});
    check_size(columns, row, {channels, height.input, width.input});
    check_tensor(columns, row, "input", {channels, height.input, width.input});
    check_tensor(columns, row, "output", {filters, height.output(), width.output()});
    const bool depthwise = layer.find("DP") != std::string::npos;
    const std::int64_t groups = depthwise ? channels : 1, outputs = depthwise ? channels * filters : filters;
    using Ints = std::vector<std::int64_t>;
    add_layer("Conv", unique(layer), {1, channels, height.input, width.input},
              {outputs, channels / groups, height.filter, width.filter}, {1, outputs, height.output(), width.output()},
              {{"strides", Ints{height.stride, width.stride}},
               {"pads", Ints{0, 0, height.end_padding(), width.end_padding()}},
               {"group", groups}});
  }

  static Extent extent(const LayerColumns& columns, const CsvRow& row, Column input, Column filter, Column stride) {
    const Extent made{columns.number(row, input), columns.number(row, filter), columns.stride(row, stride)};
    if (made.filter > made.input) {
      columns.fail(row, fmt::format("{}, expected at most the input's {} (IFMAP sizes include the padding)",
                                    columns.describe(row, filter), made.input));
    }
    return made;
  }

  // No int8 tensor of a network has 2 GiB; such a row is a slip.
  static void check_tensor(const LayerColumns& columns, const CsvRow& row, const std::string& what,
                           const Shape& shape) {
    if (element_count(shape) > INT32_MAX)
      columns.fail(row, fmt::format("the layer's {} of {} elements is too large, at most {} are taken", what,
                                    element_count(shape), INT32_MAX));
  }

  // Multiply-accumulates, or elements of the input.
  static void check_size(const LayerColumns& columns, const CsvRow& row, const Shape& factors) {
    try {
      element_count(factors);
    } catch (const ModelError&) {
      columns.fail(row, fmt::format("the layer is too large: {} is 2^63 or more", to_string(factors)));
    }
  }

  void add_layer(const std::string& op, const std::string& name, const Shape& input, const Shape& weights,
                 const Shape& output, std::map<std::string, AttributeValue> attributes) {
    const TensorId x = add_tensor({name + ".input", DataType::float32, input, nullptr});
    const auto unknown = std::make_shared<const TensorData>(TensorData{DataType::float32, weights, {}});
    const TensorId w = add_tensor({name + ".weights", DataType::float32, weights, unknown});
    const TensorId y = add_tensor({name + ".output", DataType::float32, output, nullptr});
    graph_.inputs.push_back(x);
    graph_.outputs.push_back(y);
    graph_.nodes.push_back({name, op, "", {x, w}, {y}, std::move(attributes)});
  }

  TensorId add_tensor(Tensor tensor) {
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(graph_.tensors.size()) - 1;
  }

  std::string unique(const std::string& name) {
    std::string candidate = name;
    for (int i = 2; !names_.insert(candidate).second; ++i) candidate = fmt::format("{}_{}", name, i);
    return candidate;
  }

  Graph graph_;
  std::unordered_set<std::string> names_;
};

}  // namespace

bool is_layer_list(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension == ".csv";
}

Graph import_layer_list(const std::string& path) { return LayerListReader(path).run(); }

}  // namespace intloom::graph
