// Models of one operator with bytes changed or cut off: whatever they say, the outcome is a program or an error of the
// model's; nothing crashes, hangs or allocates what a hostile shape asks for. Seed: 5, or INTLOOM_RANDOM_SEED.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "runtime/compile/compile.h"
#include "runtime/graph/graph.h"
#include "runtime/import/import_onnx.h"
#include "runtime/quant/lower.h"

namespace intloom {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> operator_models() {
  std::vector<std::string> models;
  for (const fs::directory_entry& folder : fs::directory_iterator(INTLOOM_SOURCE_DIR "/tests/data/operators"))
    if (fs::exists(folder.path() / "00.onnx")) models.push_back((folder.path() / "00.onnx").string());
  std::sort(models.begin(), models.end());
  return models;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string mutated(std::string bytes, std::mt19937_64& random) {
  if (random() % 8 == 0) {
    bytes.resize(random() % bytes.size());
    return bytes;
  }
  // Small changes of small numbers find shapes, axes and attributes; the rest finds everything else.
  for (std::uint64_t i = 1 + random() % 3; i-- > 0;) {
    char& byte = bytes[random() % bytes.size()];
    byte = static_cast<char>(random() % 2 == 0 ? byte + static_cast<char>(random() % 5) - 2 : random());
  }
  return bytes;
}

struct Outcomes {
  int programs = 0, model_errors = 0, compile_errors = 0, named = 0;
};

void take(const std::string& path, Outcomes& outcomes) {
  try {
    const quant::Network network = quant::lower(graph::import_onnx(path));
    compile::compile(network,
                     [] {
                       isa::MachineDescription machine;
                       machine.requant.scaling.rounding = machine.vector.scaling.rounding = isa::Rounding::half_even;
                       return machine;
                     }(),
                     {});
    ++outcomes.programs;
  } catch (const graph::ModelError& error) {
    ++outcomes.model_errors;
    const std::string message = error.what();
    EXPECT_FALSE(message.empty());
    outcomes.named += message.find('\'') != std::string::npos ? 1 : 0;
  } catch (const compile::CompileError& error) {
    ++outcomes.compile_errors;
    EXPECT_NE(std::string(error.what()), "");
  }
}

TEST(MutatedModels, EndInAProgramOrAnErrorOfTheModel) {
  const char* given = std::getenv("INTLOOM_RANDOM_SEED");
  const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 5;
  std::mt19937_64 random(seed);
  const std::string path = testing::TempDir() + "/mutated_" + std::to_string(::getpid()) + ".onnx";
  Outcomes outcomes;
  for (const std::string& model : operator_models()) {
    const std::string bytes = read(model);
    for (int i = 0; i < 20; ++i) {
      std::ofstream(path, std::ios::binary) << mutated(bytes, random);
      SCOPED_TRACE(model + " mutation " + std::to_string(i) + " of seed " + std::to_string(seed));
      take(path, outcomes);
    }
  }
  fs::remove(path);
  std::printf("%d programs, %d model errors (%d name a node or tensor), %d compile errors\n", outcomes.programs,
              outcomes.model_errors, outcomes.named, outcomes.compile_errors);
  EXPECT_GT(outcomes.programs, 60);
  EXPECT_GT(outcomes.model_errors, 60);
}

}  // namespace
}  // namespace intloom
