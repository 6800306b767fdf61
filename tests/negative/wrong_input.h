// One wrong input through the command line: what lies in the folder, what is typed, what must be said.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace intloom::test {

struct WrongInput {
  std::string name;                    // of the test
  std::vector<std::string> arguments;  // {MODEL}, {TESTS} and {DIGITS} stand for paths of the source tree
  std::vector<std::string> says;       // fragments of standard error
  std::string file = {}, text = {};    // a file that is there before
  int exit_code = 2;
};
inline std::ostream& operator<<(std::ostream& stream, const WrongInput& wrong) { return stream << wrong.name; }

// Runs it and expects message and exit code, and that no file has been added to the folder.
void expect_refused(const WrongInput& wrong);

inline std::string name_of(const ::testing::TestParamInfo<WrongInput>& info) { return info.param.name; }

}  // namespace intloom::test
