// The columns of a layer list and the numbers in its rows, checked.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "runtime/graph/graph.h"
#include "runtime/import/csv_table.h"

namespace intloom::graph {

enum class LayerColumn : std::uint8_t {
  name,
  ifmap_height,
  ifmap_width,
  filter_height,
  filter_width,
  channels,
  num_filter,
  strides,
  stride_height,
  stride_width,
  m,
  n,
  k,
  sparsity,
  batch_size,
  count
};

enum class LayerListKind : std::uint8_t { convolutions, gemms };

class LayerColumns {
 public:
  // `file` begins every message. Throws ModelError where the header is of neither kind, or a column is unknown, missing
  // or there twice.
  LayerColumns(std::string file, const CsvRow& header);

  LayerListKind kind() const { return kind_; }
  // Throws ModelError where a row has more cells than the header, sparse weights or a batch.
  void check(const CsvRow& row) const;
  std::string layer_name(const CsvRow& row) const;
  // A whole number from 1 to 2147483647, else ModelError.
  std::int64_t number(const CsvRow& row, LayerColumn column) const;
  // Along the height or the width: its own column, or `Strides`.
  std::int64_t stride(const CsvRow& row, LayerColumn own) const;

  // Throws "FILE:LINE: MESSAGE".
  [[noreturn]] void fail(const CsvRow& row, const std::string& message) const;
  // "column 'Num Filter' has 'abc'", or "... is empty", as the file's header calls it.
  std::string describe(const CsvRow& row, LayerColumn column) const;

 private:
  static constexpr int kAbsent = -1;
  bool has(LayerColumn column) const { return position_[static_cast<std::size_t>(column)] != kAbsent; }
  void place(LayerColumn column, std::size_t position, const CsvRow& header);
  void require(const CsvRow& header, LayerColumn column) const;
  void check_header(const CsvRow& header);
  std::string cell(const CsvRow& row, LayerColumn column) const;

  std::string file_;
  std::vector<std::string> titles_;
  std::array<int, static_cast<std::size_t>(LayerColumn::count)> position_;
  LayerListKind kind_ = LayerListKind::convolutions;
};

}  // namespace intloom::graph
