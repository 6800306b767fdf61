#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. Options go to ctest: tools/test.sh -R Sequencer
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages $test_packages
build_preset release all
exec ctest --preset release -j "$(nproc)" "$@"
