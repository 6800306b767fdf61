#!/usr/bin/env python3
"""Makes small quantized models, a folder for each operator, and what ONNX Runtime computes for them.

Needs numpy, onnx (opset 20 or later), onnxruntime. Run in this folder; every file is made anew and, with one version of
these packages, is the same each time.

  OPERATOR/NN.onnx   model NN; its name in the graph tells what it is
  OPERATOR/data.npz  NN.x0, NN.x1, ...  inputs, in the model's order
                     NN.y0, NN.y1, ...  outputs of ONNX Runtime with its integer kernels (CPU, all optimizations,
                                        session.qdqisint8allowed)
                     NN.float0, ...     outputs without optimizations (DequantizeLinear, the operator in float32,
                                        QuantizeLinear), where they differ

Prints for each operator its models, its output elements, and how many of them differ between ONNX Runtime's own
executions: integer kernels and float, integer kernels and its default for int8 on x86.
"""
import os
import shutil
import sys
import zlib

import numpy as np

import arithmetic
import chains
import functions
import moves
import reshaping
import weighted

HERE = os.path.dirname(os.path.abspath(__file__))
OPERATORS = {**functions.OPERATORS, **moves.OPERATORS, **arithmetic.OPERATORS, **chains.OPERATORS,
             **weighted.OPERATORS, **reshaping.OPERATORS}


def differing(ours, theirs):
    return sum(int(np.count_nonzero(a != b)) for a, b in zip(ours, theirs))


def make(operator, build, count):
    folder = os.path.join(HERE, operator)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    arrays, elements, from_float, from_default = {}, 0, 0, 0
    for number in range(count):
        rng = np.random.default_rng([zlib.crc32(operator.encode()), number])
        model, description = build(rng, number)
        proto, integer, default, real = model.finished()
        proto.graph.name = description
        with open(os.path.join(folder, f"{number:02}.onnx"), "wb") as file:
            file.write(proto.SerializeToString(deterministic=True))
        arrays.update({f"{number:02}.{name}": data for name, data in model.data.items()})
        arrays.update({f"{number:02}.y{i}": data for i, data in enumerate(integer)})
        if differing(integer, real):
            arrays.update({f"{number:02}.float{i}": data for i, data in enumerate(real)})
        elements += sum(data.size for data in integer)
        from_float += differing(integer, real)
        from_default += differing(integer, default)
    np.savez_compressed(os.path.join(folder, "data.npz"), **arrays)
    print(f"{operator:24}{count:4} models {elements:7} elements, differing from float {from_float:5}, "
          f"from the default {from_default:5}", flush=True)


def main():
    for operator, (build, count) in OPERATORS.items():
        if len(sys.argv) == 1 or operator in sys.argv[1:]:
            make(operator, build, count)


if __name__ == "__main__":
    main()
