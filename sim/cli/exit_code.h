// Exit codes of every command, and the exceptions that lead to them.
#pragma once

#include <stdexcept>
#include <string>

namespace intloom::sim {

enum ExitCode : int {
  kDone = 0,             // all checks held
  kConditionFailed = 1,  // --limit, --integer-only
  kUserFault = 2,        // the user's input
  kMachineFailed = 3,    // deadlock, cycle limit, fault of the simulated machine
  kIntegersDiffer = 4,   // from the oracle
  kToolBug = 70,
  kWriteFailed = 74,
  kInterrupted = 130,
};

// The command line is at fault.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

}  // namespace intloom::sim
