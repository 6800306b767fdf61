#!/usr/bin/env bash
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer and runs the tests of folders and blocks. Options go to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages $test_packages
build_preset asan all
# Whole networks belong to the plain run: instrumented they take many times as long.
export INTLOOM_MODELS=/nonexistent
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
exec ctest --preset asan -j "$(nproc)" -LE '^(system|negative)$' "$@"
