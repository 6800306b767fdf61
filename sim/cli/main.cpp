#include "sim/cli/cli.h"

int main(int argc, char** argv) { return intloom::sim::run_cli(argc, argv); }
