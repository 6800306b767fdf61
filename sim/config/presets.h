// Where machine files lie and what a name stands for.
#pragma once

#include <string>

namespace intloom::sim {

// The folder with machines/, runs/, ...: $INTLOOM_CONFIGS, else the installed one beside the program, else the source
// tree's. Throws ConfigError where none exists.
std::string configs_folder();

// True where the word names a file, not a preset: it has a '/' or ends in .yaml or .yml.
bool names_a_file(const std::string& name);

// File of a preset name or of a file name (relative to `folder`, if not empty). Throws ConfigError, with the nearest
// preset where there is none of that name; `where` begins the message ("-m", "machine.yaml:2:7").
std::string machine_path(const std::string& name, const std::string& folder, const std::string& where);

}  // namespace intloom::sim
