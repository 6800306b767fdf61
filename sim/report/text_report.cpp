#include "sim/report/text_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/table.h"

namespace intloom::sim {

namespace {

constexpr std::size_t kSmallNetwork = 24;  // layers that are all shown without being asked
constexpr std::size_t kCostliest = 5;

std::string split_text(const std::map<std::string, std::int64_t>& split, std::int64_t cycles) {
  constexpr std::size_t kWidth = 100, kIndent = 14;
  std::vector<std::pair<std::string, std::int64_t>> causes(split.begin(), split.end());
  std::stable_sort(causes.begin(), causes.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  std::size_t column = kIndent;
  for (const auto& [cause, count] : causes) {
    const std::string part = fmt::format(
        "{} {}", cause, percent(static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(cycles, 1))));
    if (!text.empty()) {
      const bool full = column + part.size() + 2 > kWidth;
      text += full ? ",\n" + std::string(kIndent, ' ') : ", ";
      column = full ? kIndent : column + 2;
    }
    text += part;
    column += part.size();
  }
  return text;
}

std::string totals(const ReportContext& context, const RunResult& result) {
  const isa::MachineDescription& machine = context.machine;
  std::string text = fmt::format("{} on {}, {}x{} array, {} fidelity\n", context.model_path, machine.name,
                                 machine.array.rows, machine.array.cols, fidelity_name(result.fidelity));
  text +=
      fmt::format("  input       {}{}\n", context.input_source,
                  result.inferences > 1 ? fmt::format(", {} inferences of {} cycles each",
                                                      with_thousands(result.inferences), with_thousands(result.cycles))
                                        : "");
  text += fmt::format("  cycles      {}  ({:.1f} us at {:.0f} MHz)\n", with_thousands(result.cycles), result.time_us,
                      1e6 / machine.clock_period_ps);
  text += fmt::format("  utilization {} of the array's multipliers, {} MACs\n", percent(result.mac_utilization),
                      with_thousands(result.macs));
  std::int64_t read = 0, written = 0;
  for (const LayerResult& layer : result.layers) {
    read += layer.dram_read_bytes;
    written += layer.dram_write_bytes;
  }
  text += fmt::format("  memory      {} read, {} written\n", bytes_text(read), bytes_text(written));
  return text + fmt::format("  the array   {}\n", split_text(result.split, result.cycles));
}

Table layer_columns() {
  Table table;
  table.add_column("layer", Table::Align::left);
  table.add_column("op", Table::Align::left);
  table.add_column("cycles", Table::Align::right);
  table.add_column("MACs", Table::Align::right);
  table.add_column("util", Table::Align::right);
  table.add_column("bound by", Table::Align::left);
  table.add_column("read", Table::Align::right);
  table.add_column("written", Table::Align::right);
  table.add_column("SQNR", Table::Align::right);
  return table;
}

void add_layer(Table& table, const LayerResult& layer) {
  table.add_row({layer.name, layer.op, with_thousands(layer.cycles), layer.macs == 0 ? "" : with_thousands(layer.macs),
                 layer.macs == 0 ? "" : percent(layer.mac_utilization), layer.bound_by,
                 bytes_text(layer.dram_read_bytes), bytes_text(layer.dram_write_bytes),
                 layer.float_qdq ? decibel(layer.float_qdq->sqnr_db) : ""});
}

std::string costliest_layers(const RunResult& result) {
  std::vector<const LayerResult*> layers;
  for (const LayerResult& layer : result.layers) layers.push_back(&layer);
  const std::size_t shown = std::min(kCostliest, layers.size());
  std::partial_sort(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(shown), layers.end(),
                    [](const LayerResult* a, const LayerResult* b) { return a->cycles > b->cycles; });
  Table table = layer_columns();
  for (std::size_t i = 0; i < shown; ++i) add_layer(table, *layers[i]);
  return fmt::format("\nThe {} layers that cost most (of {}; --verbose shows all):\n", shown, layers.size()) +
         table.text();
}

std::string integer_lines(const ReportContext& context, const RunResult& result) {
  std::string text;
  if (result.integer_check) {
    const auto& total = result.integer_check->total;
    if (total.differences == 0)
      text += fmt::format("  integers    equal to the integer oracle in all {} elements, every layer ({} rounding)\n",
                          with_thousands(total.elements), rounding_name(context.machine.requant.scaling.rounding));
    else
      text += fmt::format(
          "  integers    DIFFER from the integer oracle in {} of {} elements, first at {}[{}], worst layer {}\n",
          with_thousands(total.differences), with_thousands(total.elements), result.integer_check->first_tensor,
          total.first_difference, result.integer_check->worst_layer);
  }
  if (result.exact_check) {
    const auto& total = result.exact_check->total;
    text +=
        fmt::format("  this machine's arithmetic against exact rounding: {} of {} elements differ, by at most {} LSB\n",
                    with_thousands(total.differences), with_thousands(total.elements), total.max_abs);
  }
  std::int64_t saturations = 0, overflows = 0;
  for (const LayerResult& layer : result.layers) {
    saturations += layer.saturations;
    overflows += layer.overflows;
  }
  return text + fmt::format("  clamped     {} results by the clamp of their layer; {} accumulator overflows\n",
                            with_thousands(saturations), with_thousands(overflows));
}

std::string float_line(const char* what, const FloatCheck& check, bool layers) {
  std::string text = fmt::format("  {}max error {:.2f} LSB of the output, SQNR {}, cosine {:.6f}", what,
                                 check.outputs.max_abs_lsb, decibel(check.outputs.sqnr_db), check.outputs.cosine);
  if (check.top1_total > 0) text += fmt::format(", top-1 agrees {}/{}", check.top1_agrees, check.top1_total);
  text += '\n';
  if (layers && !check.worst_layer.empty())
    text += fmt::format("              worst layer {}: {}\n", check.worst_layer, decibel(check.worst_layer_sqnr_db));
  return text;
}

std::string expected_line(const RunResult& result) {
  if (!result.expected) return {};
  const ExpectedCheck& check = *result.expected;
  if (check.differences == 0)
    return fmt::format("  recorded    all {} output elements equal the recorded ones\n",
                       with_thousands(check.elements));
  return fmt::format("  recorded    {} of {} output elements differ from the recorded ones, by at most {:.0f} LSB\n",
                     with_thousands(check.differences), with_thousands(check.elements), check.max_abs_lsb);
}

std::string label_lines(const RunResult& result) {
  if (!result.labels_right) return {};
  const auto share = [&](std::int64_t right) {
    return fmt::format(
        "{} ({}/{})",
        percent(static_cast<double>(right) / static_cast<double>(std::max<std::int64_t>(*result.labels_total, 1))),
        right, *result.labels_total);
  };
  std::string text = fmt::format("  top-1       machine {}", share(*result.labels_right));
  if (result.expected && result.expected->labels_right)
    text += fmt::format(", recorded {}", share(*result.expected->labels_right));
  if (result.float_labels_right) text += fmt::format(", float network {}", share(*result.float_labels_right));
  return text + '\n';
}

std::string written_lines(const RunResult& result) {
  std::string text;
  for (const std::string& file : result.written_files)
    text += fmt::format("{}{}\n", text.empty() ? "\nWritten: " : "         ", file);
  return text;
}

}  // namespace

std::string rounding_name(isa::Rounding rounding) {
  switch (rounding) {
    case isa::Rounding::model:
      return "model";
    case isa::Rounding::half_even:
      return "half_even";
    case isa::Rounding::half_up:
      return "half_up";
    case isa::Rounding::half_away:
      return "half_away";
    case isa::Rounding::tflite_double:
      return "tflite_double";
    case isa::Rounding::floor:
      return "floor";
  }
  return "?";
}

std::string layer_table(const RunResult& result) {
  Table table = layer_columns();
  for (const LayerResult& layer : result.layers) add_layer(table, layer);
  return table.text();
}

std::string text_report(const ReportContext& context, const RunResult& result, bool verbose) {
  std::string text = totals(context, result);
  if (verbose || result.layers.size() <= kSmallNetwork)
    text += "\n" + layer_table(result);
  else
    text += costliest_layers(result);
  if (!result.values)
    return text + "\nCycles only: no integers were computed, so there is nothing to check.\n" + written_lines(result);
  text += "\nChecks\n" + integer_lines(context, result);
  if (result.float_qdq) text += float_line("QDQ float   ", *result.float_qdq, true);
  if (result.float_model) text += float_line("float model ", *result.float_model, false);
  text += expected_line(result) + label_lines(result);
  return text + written_lines(result);
}

}  // namespace intloom::sim
