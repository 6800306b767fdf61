#!/usr/bin/env bash
# Installs what is missing, builds, and runs the network in the repository: on two machines, with all checks, a
# comparison and a waveform. Results: build/demo.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/packages.sh
install_packages $build_packages
build_preset release intloom
intloom=build/release/sim/cli/intloom
network=models/digits/digits-int8.onnx
out=build/demo

step() { printf '\n== %s\n\n' "$1"; }

step "Does it stay integer? intloom explain $network"
$intloom explain $network

step "All 360 test images on a 16x16 machine: intloom run configs/runs/digits.yaml"
$intloom run configs/runs/digits.yaml --out $out/edge_16x16

step "The same on an 8x8 machine"
$intloom run configs/runs/digits.yaml -m edge_8x8 --out $out/edge_8x8

step "The two side by side: intloom compare"
$intloom compare $network -m edge_8x8 -m edge_16x16 --input models/digits/digits-one.npz

step "A waveform of one image"
$intloom run $network --input models/digits/digits-one.npz --trace wave.vcd --out $out/wave >/dev/null
echo "Open it with: gtkwave $out/wave/wave.gtkw"
