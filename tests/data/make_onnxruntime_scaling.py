"""Writes onnxruntime_scaling.csv: what ONNX Runtime's CPU kernels make of integers, to hold rtl_models/arith against.

Three one-operator models, each with many random scales and zero points:
  scale     QLinearConv, 1x1 kernel, every input at its zero point, so that the accumulator is the bias
  multiply  QLinearMul
  add       QLinearAdd
Columns: operation, type of the output, a, b, za, zb, zy, ma, mb, y. Multipliers are the bits of float32, computed as
the kernels do: scale and multiply f32(f32(sa*sb)/sy) in ma, add f32(sa/sy) and f32(sb/sy). `scale` has its
accumulator in a. Run: python make_onnxruntime_scaling.py (numpy, onnx, onnxruntime 1.32).
"""

import csv
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

F = np.float32
TYPES = {"int8": (np.int8, TensorProto.INT8), "uint8": (np.uint8, TensorProto.UINT8)}


def run(node, constants, inputs, output_type):
    graph = helper.make_graph(
        [node],
        "one_operator",
        [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for n, v in inputs.items()],
        [helper.make_tensor_value_info("y", output_type, None)],
        [numpy_helper.from_array(v, n) for n, v in constants.items()],
    )
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 8
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def bits(value):
    return int(np.float32(value).view(np.uint32))


def zero_point(rng, dtype):
    info = np.iinfo(dtype)
    return dtype(rng.integers(info.min, info.max + 1))


def scale_rows(rng, name, channels):
    dtype, onnx_type = TYPES[name]
    sx, sw, sy = F(rng.uniform(0.001, 0.1)), F(rng.uniform(0.001, 0.1)), F(rng.uniform(0.01, 0.2))
    zx, zy = zero_point(rng, dtype), zero_point(rng, dtype)
    multiplier = F(F(sx * sw) / sy)
    small = rng.uniform(-160, 160, channels) / multiplier
    bias = np.clip(np.round(small), -(2**31), 2**31 - 1).astype(np.int32)
    bias[:2] = [-(2**31), 2**31 - 1]
    constants = {"sx": sx, "zx": zx, "w": np.zeros((channels, 1, 1, 1), np.int8), "sw": sw, "zw": np.int8(0), "sy": sy,
                 "zy": zy, "bias": bias}
    constants = {k: np.asarray(v) for k, v in constants.items()}
    node = helper.make_node("QLinearConv", ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy", "bias"], ["y"])
    y = run(node, constants, {"x": np.full((1, 1, 1, 1), zx, dtype)}, onnx_type).reshape(-1)
    for acc, out in zip(bias, y):
        yield ["scale", name, int(acc), 0, 0, 0, int(zy), bits(multiplier), 0, int(out)]


def binary_rows(rng, operation, name, count):
    dtype, onnx_type = TYPES[name]
    info = np.iinfo(dtype)
    a, b = (rng.integers(info.min, info.max + 1, count).astype(dtype) for _ in range(2))
    za, zb, zy = (zero_point(rng, dtype) for _ in range(3))
    sa, sb = F(rng.uniform(0.005, 0.1)), F(rng.uniform(0.005, 0.1))
    if operation == "add":
        sy = F((sa + sb) * rng.uniform(0.4, 1.2))
        if rng.random() < 0.5:  # powers of two: many ties
            sa, sb, sy = F(2.0**-5), F(2.0**-6), F(2.0**-4)
        ma, mb, op_type = F(sa / sy), F(sb / sy), "QLinearAdd"
    else:
        sy = F(sa * sb * rng.uniform(20, 150))
        ma, mb, op_type = F(F(sa * sb) / sy), F(0), "QLinearMul"
    names = ["sa", "za", "sb", "zb", "sy", "zy"]
    constants = {k: np.asarray(v) for k, v in zip(names, [sa, za, sb, zb, sy, zy])}
    node = helper.make_node(op_type, ["a", "sa", "za", "b", "sb", "zb", "sy", "zy"], ["y"], domain="com.microsoft")
    y = run(node, constants, {"a": a, "b": b}, onnx_type)
    for i in range(count):
        yield [operation, name, int(a[i]), int(b[i]), int(za), int(zb), int(zy), bits(ma), bits(mb), int(y[i])]


def main():
    rng = np.random.default_rng(20240611)
    rows = []
    for name in TYPES:
        for _ in range(6):
            rows += scale_rows(rng, name, 48)
            rows += binary_rows(rng, "add", name, 48)
            rows += binary_rows(rng, "multiply", name, 48)
    path = pathlib.Path(__file__).with_name("onnxruntime_scaling.csv")
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["operation", "type", "a", "b", "za", "zb", "zy", "ma", "mb", "y"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
