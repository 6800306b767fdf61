// Models that are not committed: found through INTLOOM_MODELS, else beside the source folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace intloom::test {

inline std::filesystem::path shared_models() {
  const char* folder = std::getenv("INTLOOM_MODELS");
  if (folder != nullptr) return folder;
  return std::filesystem::path(INTLOOM_SOURCE_DIR) / "../shared/models";
}

}  // namespace intloom::test

// Ends the test as skipped where the model is absent.
#define INTLOOM_REQUIRE_MODEL(variable, file)                                      \
  const std::string variable = (intloom::test::shared_models() / (file)).string(); \
  if (!std::filesystem::exists(variable)) GTEST_SKIP() << "no " << variable << " (set INTLOOM_MODELS)"
