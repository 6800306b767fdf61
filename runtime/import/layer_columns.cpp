#include "runtime/import/layer_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

namespace intloom::graph {
namespace {

constexpr std::string_view kConvolutions =
    "'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides'";
constexpr std::string_view kGemms = "'Layer, M, N, K'";
constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();

struct Title {
  std::string_view text;
  LayerColumn column;
};

// The first title of a column is the one that messages name.
constexpr Title kTitles[] = {
    {"Layer name", LayerColumn::name},
    {"Layer", LayerColumn::name},
    {"L", LayerColumn::name},
    {"IFMAP Height", LayerColumn::ifmap_height},
    {"IFMAP Width", LayerColumn::ifmap_width},
    {"Filter Height", LayerColumn::filter_height},
    {"Filter Width", LayerColumn::filter_width},
    {"Channels", LayerColumn::channels},
    {"Channel", LayerColumn::channels},
    {"Num Filter", LayerColumn::num_filter},
    {"Num Filters", LayerColumn::num_filter},
    {"Strides", LayerColumn::strides},
    {"Stride", LayerColumn::strides},
    {"Stride Height", LayerColumn::stride_height},
    {"Stride Width", LayerColumn::stride_width},
    {"M", LayerColumn::m},
    {"N", LayerColumn::n},
    {"K", LayerColumn::k},
    {"Sparsity", LayerColumn::sparsity},
    {"Batch Size", LayerColumn::batch_size},
};

std::string_view title_of(LayerColumn column) {
  return std::find_if(std::begin(kTitles), std::end(kTitles), [&](const Title& t) { return t.column == column; })->text;
}

// Lower case, one blank between words.
std::string normalized(std::string_view title) {
  std::string text;
  for (const char c : title) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : (c == '_' ? ' ' : c);
    if (lower != ' ' || (!text.empty() && text.back() != ' ')) text += lower;
  }
  return text;
}

std::optional<LayerColumn> column_of(const std::string& title) {
  const std::string text = normalized(title);
  const auto found =
      std::find_if(std::begin(kTitles), std::end(kTitles), [&](const Title& t) { return normalized(t.text) == text; });
  if (found == std::end(kTitles)) return std::nullopt;
  return found->column;
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && text[0] != '-') value = std::numeric_limits<std::int64_t>::max();
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

LayerColumns::LayerColumns(std::string file, const CsvRow& header) : file_(std::move(file)), titles_(header.cells) {
  position_.fill(kAbsent);
  const auto is_size = [](const std::string& title) {
    const auto column = column_of(title);
    return column && *column != LayerColumn::name && *column != LayerColumn::sparsity;
  };
  if (std::none_of(titles_.begin(), titles_.end(), is_size)) {
    fail(header, fmt::format("the header is '{}', expected {} (convolutions) or {} (GEMMs)", fmt::join(titles_, ", "),
                             kConvolutions, kGemms));
  }
  for (std::size_t i = 0; i < titles_.size(); ++i) {
    const std::optional<LayerColumn> column = column_of(titles_[i]);
    if (!column) {
      fail(header, fmt::format("column {} of the header is '{}', which is not known; expected {} (convolutions) or {} "
                               "(GEMMs), and where needed Stride Height, Stride Width, Sparsity, Batch Size",
                               i + 1, titles_[i], kConvolutions, kGemms));
    }
    place(*column, i, header);
  }
  check_header(header);
}

void LayerColumns::place(LayerColumn column, std::size_t position, const CsvRow& header) {
  // Published lists (DeepBench) write 'IFMAP Width, IFMAP Width'; SCALE-Sim goes by position: the first is the height.
  if (column == LayerColumn::ifmap_width && has(column) && !has(LayerColumn::ifmap_height)) {
    position_[static_cast<std::size_t>(LayerColumn::ifmap_height)] =
        position_[static_cast<std::size_t>(LayerColumn::ifmap_width)];
  } else if (has(column)) {
    fail(header, fmt::format("column '{}' is there twice", titles_[position]));
  }
  position_[static_cast<std::size_t>(column)] = static_cast<int>(position);
}

void LayerColumns::require(const CsvRow& header, LayerColumn column) const {
  if (has(column)) return;
  const bool gemms = kind_ == LayerListKind::gemms;
  fail(header, fmt::format("column '{}' is missing; the header of a list of {} is {}", title_of(column),
                           gemms ? "GEMMs" : "convolutions", gemms ? kGemms : kConvolutions));
}

void LayerColumns::check_header(const CsvRow& header) {
  using C = LayerColumn;
  const bool gemms = has(C::m) || has(C::n) || has(C::k);
  kind_ = gemms ? LayerListKind::gemms : LayerListKind::convolutions;
  for (int i = static_cast<int>(C::ifmap_height); gemms && i <= static_cast<int>(C::stride_width); ++i) {
    if (!has(static_cast<C>(i))) continue;
    fail(header, fmt::format("column '{}' beside M, N, K: expected {} (convolutions) or {} (GEMMs), not both",
                             title_of(static_cast<C>(i)), kConvolutions, kGemms));
  }
  require(header, C::name);
  if (gemms) {
    for (const C column : {C::m, C::n, C::k}) require(header, column);
    return;
  }
  for (const C column :
       {C::ifmap_height, C::ifmap_width, C::filter_height, C::filter_width, C::channels, C::num_filter}) {
    require(header, column);
  }
  if (has(C::stride_height) || has(C::stride_width)) {
    if (has(C::strides)) fail(header, "column 'Strides' beside 'Stride Height' or 'Stride Width': expected one or two");
    require(header, C::stride_height);
    require(header, C::stride_width);
  } else {
    require(header, C::strides);
  }
}

void LayerColumns::check(const CsvRow& row) const {
  if (row.cells.size() > titles_.size()) {
    fail(row, fmt::format("{} cells, but the header names {} columns: '{}' belongs to none", row.cells.size(),
                          titles_.size(), row.cells[titles_.size()]));
  }
  const std::string sparsity = cell(row, LayerColumn::sparsity);
  const std::size_t colon = sparsity.find(':');
  const bool dense = colon != std::string::npos && whole_number(sparsity.substr(0, colon)).value_or(0) > 0 &&
                     sparsity.substr(0, colon) == sparsity.substr(colon + 1);
  if (!sparsity.empty() && !dense) {
    fail(row, fmt::format("{}, expected 1:1: sparse weights are not modelled, 1:1 computes them as dense ones",
                          describe(row, LayerColumn::sparsity)));
  }
  const std::string batch = cell(row, LayerColumn::batch_size);
  if (!batch.empty() && batch != "1") {
    fail(row,
         fmt::format("{}, expected 1: a batch runs as so many inferences", describe(row, LayerColumn::batch_size)));
  }
}

std::string LayerColumns::layer_name(const CsvRow& row) const {
  std::string name = cell(row, LayerColumn::name);
  if (name.empty()) fail(row, fmt::format("{}, expected the layer's name", describe(row, LayerColumn::name)));
  return name;
}

std::int64_t LayerColumns::number(const CsvRow& row, LayerColumn column) const {
  const std::optional<std::int64_t> value = whole_number(cell(row, column));
  if (!value || *value < 1) {
    fail(row, fmt::format("{}, expected a whole number of at least 1", describe(row, column)));
  }
  if (*value > kLargest) {
    fail(row, fmt::format("{}, expected a whole number of at most {}", describe(row, column), kLargest));
  }
  return *value;
}

std::int64_t LayerColumns::stride(const CsvRow& row, LayerColumn own) const {
  return number(row, has(own) ? own : LayerColumn::strides);
}

void LayerColumns::fail(const CsvRow& row, const std::string& message) const {
  throw ModelError(fmt::format("{}:{}: {}", file_, row.line, message));
}

std::string LayerColumns::cell(const CsvRow& row, LayerColumn column) const {
  const int position = position_[static_cast<std::size_t>(column)];
  if (position == kAbsent || static_cast<std::size_t>(position) >= row.cells.size()) return {};
  return row.cells[static_cast<std::size_t>(position)];
}

std::string LayerColumns::describe(const CsvRow& row, LayerColumn column) const {
  const std::string& title = titles_[static_cast<std::size_t>(position_[static_cast<std::size_t>(column)])];
  const std::string text = cell(row, column);
  return text.empty() ? fmt::format("column '{}' is empty", title) : fmt::format("column '{}' has '{}'", title, text);
}

}  // namespace intloom::graph
