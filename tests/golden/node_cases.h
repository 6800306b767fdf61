// ONNX's backend node cases: a folder each with a model, its input tensors and its output tensors.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::golden {

// Why cases whose name begins with `family` cannot run: part of the error they end in, and what it means.
struct Reason {
  std::string family;
  std::string error;
  std::string reason;
};

struct CaseSelection {
  std::vector<std::string> families;  // beginnings of names, without "test_"
  std::vector<std::string> others;    // of names that begin alike but belong to other operators
  std::vector<Reason> cannot_run;
};

// run(folder) of each selected case. An exception fails the test unless a reason excuses it. Prints what ran and what
// did not and why; returns how many ran.
int run_cases(const CaseSelection& selection, const std::function<void(const std::filesystem::path&)>& run);

// "input_0.pb", "input_1.pb", ... (`kind` input or output) of the case's data set.
std::vector<std::filesystem::path> tensor_files(const std::filesystem::path& folder, const std::string& kind);
graph::TensorData read_single(const std::filesystem::path& file);

}  // namespace intloom::golden
