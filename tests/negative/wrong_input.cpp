#include "tests/negative/wrong_input.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/negative/program.h"

namespace intloom::test {

namespace {

std::string expanded(std::string text) {
  const std::map<std::string, std::string> paths{{"{MODEL}", source("models/digits/digits-int8.onnx")},
                                                 {"{LAYERS}", source("configs/workloads/alexnet.csv")},
                                                 {"{DIGITS}", source("models/digits")},
                                                 {"{TESTS}", source("tests/data/onnx_models")}};
  for (const auto& [word, path] : paths)
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word))
      text.replace(at, word.size(), path);
  return text;
}

}  // namespace

void expect_refused(const WrongInput& wrong) {
  const WorkFolder folder;
  if (!wrong.file.empty()) folder.write(wrong.file, expanded(wrong.text));
  const std::vector<std::string> before = folder.files();
  std::vector<std::string> arguments;
  for (const std::string& argument : wrong.arguments) arguments.push_back(expanded(argument));
  const Ended ended = run_program(arguments, folder.path());
  EXPECT_EQ(ended.exit_code, wrong.exit_code) << ended.err;
  for (const std::string& fragment : wrong.says) EXPECT_THAT(ended.err, ::testing::HasSubstr(expanded(fragment)));
  EXPECT_EQ(folder.files(), before) << "a refused run leaves no file";
}

}  // namespace intloom::test
