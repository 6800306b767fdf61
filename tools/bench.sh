#!/usr/bin/env bash
# Times the simulator beside ONNX Runtime and beside itself, in one run, and prints one table of ratios; the numbers also
# go to build/bench/bench.json. Takes the models of INTLOOM_MODELS (default: ../shared/models) and, for ONNX Runtime
# only, a private Python environment in build/bench. docs/performance.md explains the table.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages libbenchmark-dev python3-venv
build_preset release intloom "-DINTLOOM_BENCH=ON"
cmake --build build/release --target bench_fast_fidelity >/dev/null
environment=build/bench/python
if [ ! -x $environment/bin/python ] || ! $environment/bin/python -c 'import onnxruntime' 2>/dev/null; then
  echo "Installing onnxruntime (Python package) into $environment ..." >&2
  python3 -m venv $environment
  $environment/bin/pip install --quiet onnxruntime numpy
fi
exec $environment/bin/python bench/compare_speed.py --intloom build/release/bench/bench_fast_fidelity \
  --models "${INTLOOM_MODELS:-../shared/models}/onnx" --json build/bench/bench.json "$@"
