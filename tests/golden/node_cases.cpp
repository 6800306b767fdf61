#include "tests/golden/node_cases.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/import/tensor_file.h"
#include "tests/golden/tensors.h"

namespace intloom::golden {
namespace {

namespace fs = std::filesystem;

// onnx 1.17 expects the low 8 bits of what lies below -128; the operator saturates, in ONNX Runtime as here.
const std::vector<std::string> kWrongExpectations{"qlinearmatmul_2D_int8_float32", "qlinearmatmul_3D_int8_float32"};

// Reasons of every family.
const std::vector<Reason> kFormatReasons{
    {"", "element type", "an element type that no tensor of the product has"},
    {"", "opset", "an opset that the importer does not read"},
    {"", "block", "scales of blocks"},
    {"", "segments", "sequences and optionals are no tensors"},
};

bool begins_with_any(const std::string& name, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return name.rfind(beginning, 0) == 0; });
}

std::vector<std::string> case_names(const CaseSelection& selection) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(onnx_node_cases())) {
    const std::string name = entry.path().filename().string().substr(5);  // behind "test_"
    const bool expanded = name.find("_expanded") != std::string::npos;    // written out in other operators
    if (begins_with_any(name, selection.families) && !begins_with_any(name, selection.others) && !expanded) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Why `name` ended in `error`; nullptr where nothing excuses it.
const Reason* find_reason(const std::vector<Reason>& reasons, const std::string& name, const std::string& error) {
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
    return name.rfind(reason.family, 0) == 0 && error.find(reason.error) != std::string::npos;
  });
  return found == reasons.end() ? nullptr : &*found;
}

}  // namespace

int run_cases(const CaseSelection& selection, const std::function<void(const fs::path&)>& run) {
  std::vector<Reason> reasons = selection.cannot_run;
  reasons.insert(reasons.end(), kFormatReasons.begin(), kFormatReasons.end());
  int ran = 0;
  for (const std::string& name : case_names(selection)) {
    SCOPED_TRACE(name);
    if (begins_with_any(name, kWrongExpectations)) {
      fmt::print("skipped  {}: its expected output wraps where the operator saturates\n", name);
      continue;
    }
    try {
      run(onnx_node_cases() / ("test_" + name));
      fmt::print("run      {}\n", name);
      ++ran;
    } catch (const std::exception& error) {
      const Reason* reason = find_reason(reasons, name, error.what());
      EXPECT_NE(reason, nullptr) << error.what();
      if (reason != nullptr) fmt::print("skipped  {}: {} ({})\n", name, reason->reason, error.what());
    }
  }
  fmt::print("{} cases run\n", ran);
  return ran;
}

std::vector<fs::path> tensor_files(const fs::path& folder, const std::string& kind) {
  std::vector<fs::path> files;
  while (true) {
    fs::path file = folder / "test_data_set_0" / fmt::format("{}_{}.pb", kind, files.size());
    if (!fs::exists(file)) return files;
    files.push_back(std::move(file));
  }
}

graph::TensorData read_single(const fs::path& file) { return graph::read_tensor_file(file.string()).begin()->second; }

}  // namespace intloom::golden
