// The intloom program: commands, options, exit codes as users and scripts know them.
#pragma once

namespace intloom::sim {

int run_cli(int argc, const char* const* argv);

}  // namespace intloom::sim
