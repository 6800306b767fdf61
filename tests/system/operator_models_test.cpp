// Models of one operator each (tests/data/operators, made by make.py there) on the whole machine with the float32
// multiplier, against what ONNX Runtime computed: equal, or by at most one step in at most one of 10,000 elements.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "runtime/compile/compile.h"
#include "runtime/import/tensor_file.h"
#include "sim/session/host_boundary.h"
#include "tests/system/two_fidelities.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

namespace fs = std::filesystem;

using Arrays = std::map<std::string, graph::TensorData>;

constexpr std::size_t kModelsAtCycleFidelity = 2;  // of each operator
// ONNX Runtime computes BatchNormalization in float; here its bias is an integer, 1/127 of a product
// (docs/operators.md).
std::int64_t elements_for_one_difference(const std::string& operator_name) {
  return operator_name == "BatchNormalization" ? 1'000 : 10'000;
}

const char* const kMachines[] = {"float32_requant",
                                 "float32_requant:array.rows=12,array.cols=20,requant.lanes=7,vector.lanes=5,"
                                 "vector.table_lanes=3"};

fs::path models_of(const std::string& op) { return in_source("tests/data/operators/" + op); }

std::vector<std::string> operators() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(models_of("")))
    if (fs::exists(entry.path() / "data.npz")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

struct Tally {
  std::int64_t elements = 0, differences = 0, from_float = 0;
  double largest = 0;  // difference, in steps of the output
};

class Case {
 public:
  Case(const fs::path& model, const Arrays& arrays)
      : number_(model.stem().string()), arrays_(arrays), workload_(sim::load_workload(model.string(), {})) {
    input_.source = "data.npz";
    for (const graph::TensorId id : workload_.graph.inputs) {
      const std::string& name = workload_.graph.tensor(id).name;
      input_.tensors[name] = array(name);
    }
  }

  const std::string& name() const { return workload_.graph.name; }

  void run(const std::string& spec, Tally& tally) const {
    const isa::MachineDescription machine = machine_for(spec, workload_);
    const compile::Program program = compile::compile(workload_.network, machine);
    sim::RunOptions options;
    options.checks = sim::Checks::all;
    options.expected.emplace();
    for (std::size_t i = 0; i < workload_.graph.outputs.size(); ++i)
      (*options.expected)[workload_.graph.tensor(workload_.graph.outputs[i]).name] = array(fmt::format("y{}", i));
    const sim::RunResult result = sim::run(workload_, program, machine, input_, options);
    EXPECT_EQ(result.integer_check->total.differences, 0) << "from the integer oracle";
    if (result.expected->differences != 0)
      fmt::print("{} {} ({}), {}: {} of {} elements differ, by at most {} steps\n",
                 testing::UnitTest::GetInstance()->current_test_info()->name(), number_, name(), spec,
                 result.expected->differences, result.expected->elements, result.expected->max_abs_lsb);
    tally.elements += result.expected->elements;
    tally.differences += result.expected->differences;
    tally.largest = std::max(tally.largest, result.expected->max_abs_lsb);
    for (std::size_t i = 0; i < result.outputs.size(); ++i)
      tally.from_float +=
          differences(result.outputs[i].data, array(fmt::format("{}{}", has_float() ? "float" : "y", i)));
  }

  void run_in_both_fidelities(const std::string& spec) const {
    const isa::MachineDescription machine = machine_for(spec, workload_);
    const compile::Program program = compile::compile(workload_.network, machine);
    std::vector<reference::IntegerTensor> inference;
    for (const quant::Boundary& boundary : workload_.network.inputs)
      inference.push_back(sim::to_integers(workload_.network, boundary, input_.tensors.at(boundary.name), 0));
    EXPECT_FALSE(expect_equal_fidelities(workload_.network, program, machine, {inference}, 1).failed);
  }

 private:
  const graph::TensorData& array(const std::string& of) const { return arrays_.at(number_ + "." + of); }
  bool has_float() const { return arrays_.count(number_ + ".float0") != 0; }

  std::string number_;
  const Arrays& arrays_;
  sim::Workload workload_;
  sim::InputData input_;
};

class OperatorModels : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    arrays_ = graph::read_tensor_file((models_of(GetParam()) / "data.npz").string());
    for (const auto& entry : fs::directory_iterator(models_of(GetParam())))
      if (entry.path().extension() == ".onnx") files_.push_back(entry.path());
    std::sort(files_.begin(), files_.end());
  }

  Arrays arrays_;
  std::vector<fs::path> files_;
};

TEST_P(OperatorModels, GiveTheIntegersOfOnnxRuntime) {
  EXPECT_GE(files_.size(), 10U);
  for (const char* spec : kMachines) {
    Tally tally;
    for (const fs::path& file : files_) {
      const Case one(file, arrays_);
      SCOPED_TRACE(fmt::format("{} ({}) on {}", file.filename().string(), one.name(), spec));
      one.run(spec, tally);
    }
    fmt::print("{:<25}{:>3} models {:>6} elements: {} differ, by at most {} steps; {} from ONNX Runtime in float\n",
               GetParam(), files_.size(), tally.elements, tally.differences, tally.largest, tally.from_float);
    RecordProperty("models", static_cast<int>(files_.size()));
    RecordProperty("elements", static_cast<int>(tally.elements));
    RecordProperty("differences", static_cast<int>(tally.differences));
    EXPECT_LE(tally.differences * elements_for_one_difference(GetParam()), tally.elements);
    EXPECT_LE(tally.largest, 1.001);  // of float outputs, a quotient
  }
}

TEST_P(OperatorModels, AreEqualInBothFidelities) {
  ASSERT_GE(files_.size(), kModelsAtCycleFidelity);
  for (const char* spec : kMachines)
    for (std::size_t i = 0; i < kModelsAtCycleFidelity; ++i) {
      SCOPED_TRACE(fmt::format("{} on {}", files_[i].filename().string(), spec));
      Case(files_[i], arrays_).run_in_both_fidelities(spec);
    }
}

INSTANTIATE_TEST_SUITE_P(Operators, OperatorModels, testing::ValuesIn(operators()),
                         [](const testing::TestParamInfo<std::string>& tested) { return tested.param; });

}  // namespace
}  // namespace intloom::system_test
