#!/usr/bin/env python3
"""Makes the small ONNX models and tensor files of this folder, and what ONNX Runtime and NumPy say of them.

Needs numpy, onnx, onnxruntime. Run in this folder; every file is made anew and is the same each time.

  *.onnx, *.data    models: see the functions below
  shapes.txt        MODEL TENSOR TYPE DIMS of every tensor that a node makes, as ONNX Runtime computed it with batch 1
  tensors/          .npy, .npz, .pb files of the array `values()` in several types, orders and compressions
"""
import hashlib
import os

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T, external_data_helper, helper as h, numpy_helper as nh
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

ort.set_default_logger_severity(3)


def rng(seed):
    return np.random.default_rng(seed)


def weight(seed, *shape):
    return (rng(seed).standard_normal(shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)


def model(name, nodes, inputs, outputs, constants, opset, ir=8, domains=()):
    graph = h.make_graph(nodes, name, inputs, outputs, [nh.from_array(v, k) for k, v in constants.items()])
    imports = [h.make_opsetid("", opset)] + [h.make_opsetid(d, 1) for d in domains]
    m = h.make_model(graph, opset_imports=imports, producer_name="intloom tests")
    m.ir_version = ir
    return m


def info(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def residual_cnn(opset):
    """Conv, Clip, depthwise Conv, Add, MaxPool, GlobalAveragePool, Flatten, Gemm with a symbolic batch."""
    nodes = [
        h.make_node("Conv", ["image", "w1", "b1"], ["c1"], "conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        h.make_node("Relu", ["c1"], ["r1"], "relu1"),
        h.make_node("Conv", ["r1", "w2", "b2"], ["c2"], "depthwise", kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=4),
        h.make_node("Add", ["c2", "r1"], ["a1"], "add"),
        h.make_node("MaxPool", ["a1"], ["p1"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        h.make_node("GlobalAveragePool", ["p1"], ["g1"], "mean"),
        h.make_node("Flatten", ["g1"], ["f1"], "flatten"),
        h.make_node("Gemm", ["f1", "w3", "b3"], ["scores"], "classify", transB=1),
    ]
    constants = {
        "w1": weight(1, 4, 3, 3, 3), "b1": weight(2, 4), "w2": weight(3, 4, 1, 3, 3), "b2": weight(4, 4),
        "w3": weight(5, 5, 4), "b3": weight(6, 5),
    }
    return model("residual_cnn", nodes, [info("image", ["N", 3, 8, 8])], [info("scores", ["N", 5])], constants, opset)


class Images(CalibrationDataReader):
    def __init__(self, name, shape):
        self.items = iter([{name: rng(i).standard_normal(shape).astype(np.float32)} for i in range(4)])

    def get_next(self):
        return next(self.items, None)


def quantize(float_model, path, **options):
    onnx.save(float_model, "float.tmp.onnx")
    quantize_static("float.tmp.onnx", path, Images("image", (1, 3, 8, 8)), **options)
    os.remove("float.tmp.onnx")


def shape_arithmetic(opset):
    """x.view(x.size(0), -1) and a reshape by computed sizes, as PyTorch exports them with a dynamic batch."""
    unsqueeze = (lambda i, o: h.make_node("Unsqueeze", [i], [o], axes=[0])) if opset < 13 else (
        lambda i, o: h.make_node("Unsqueeze", [i, "zero1"], [o]))
    nodes = [
        h.make_node("Shape", ["x"], ["s"]),
        h.make_node("Gather", ["s", "zero"], ["n"], axis=0),
        unsqueeze("n", "n1"),
        h.make_node("Constant", [], ["minus"], value_ints=[-1]) if opset >= 12 else
        h.make_node("Constant", [], ["minus"], value=nh.from_array(np.array([-1], np.int64))),
        h.make_node("Concat", ["n1", "minus"], ["target"], axis=0),
        h.make_node("Reshape", ["x", "target"], ["flat"]),
        h.make_node("Slice", ["s", "two1", "four1"], ["hw"]),
        h.make_node("Mul", ["hw", "two1"], ["hw2"]),
        h.make_node("Cast", ["hw2"], ["hw2c"], to=T.INT64),
        h.make_node("Slice", ["s", "zero1", "two1"], ["nc"]),
        h.make_node("Concat", ["nc", "hw2c"], ["sizes"], axis=0),
        h.make_node("Resize", ["x", "none", "none", "sizes"], ["big"], mode="nearest"),
    ]
    constants = {
        "zero": np.array(0, np.int64), "zero1": np.array([0], np.int64), "two1": np.array([2], np.int64),
        "four1": np.array([4], np.int64), "none": np.array([], np.float32),
    }
    outputs = [info("flat", ["N", 24]), info("big", None)]
    return model("shape_arithmetic", nodes, [info("x", ["N", 2, 3, 4])], outputs, constants, opset)


def changed_in_18():
    """Operators whose inputs or attributes changed with opset 18."""
    nodes = [
        h.make_node("ReduceMean", ["x", "axes"], ["mean"], keepdims=0),
        h.make_node("ReduceMax", ["x"], ["max"]),
        h.make_node("Split", ["x"], ["s0", "s1", "s2"], axis=3, num_outputs=3),
        h.make_node("Pad", ["x", "pads", "", "pad_axes"], ["padded"]),
        h.make_node("AveragePool", ["x"], ["pool"], kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1]),
        h.make_node("Resize", ["x", "", "scales"], ["up"], mode="nearest", antialias=0),
    ]
    constants = {
        "axes": np.array([2, -1], np.int64), "pads": np.array([1, 2, 0, 3], np.int64),
        "pad_axes": np.array([3, 2], np.int64), "scales": np.array([1, 1, 2, 2], np.float32),
    }
    outputs = [info(n, None) for n in ("mean", "max", "s0", "s1", "s2", "padded", "pool", "up")]
    return model("changed_in_18", nodes, [info("x", ["N", 3, 6, 8])], outputs, constants, 19, ir=9)


def ceil_pools():
    """ceil_mode: a last window that would begin in the padding behind the input does not count."""
    nodes = [
        h.make_node("MaxPool", ["x"], ["a"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        h.make_node("MaxPool", ["x"], ["b"], kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1),
        h.make_node("MaxPool", ["x"], ["c"], kernel_shape=[1, 1], strides=[2, 2], ceil_mode=1),
        h.make_node("AveragePool", ["x"], ["d"], kernel_shape=[2, 2], strides=[4, 4], pads=[0, 0, 1, 1], ceil_mode=1),
    ]
    return model("ceil_pools", nodes, [info("x", [1, 2, 6, 8])], [info(n, None) for n in "abcd"], {}, 13)


def external():
    """Weights in a file beside the model, one of them behind an offset."""
    if os.path.exists("external.data"):
        os.remove("external.data")
    m = residual_cnn(13)
    external_data_helper.convert_model_to_external_data(m, all_tensors_to_one_file=True, location="external.data",
                                                        size_threshold=64)
    onnx.save(m, "external.onnx")


def value(dim):
    return dim.dim_value if dim.dim_value > 0 else 1


def record_shapes(paths):
    names = {T.FLOAT: "float32", T.INT8: "int8", T.UINT8: "uint8", T.INT32: "int32", T.INT64: "int64", T.BOOL: "bool"}
    with open("shapes.txt", "w") as out:
        for path in paths:
            m = onnx.load(path)
            if m.opset_import[0].version < 13:  # where ONNX Runtime refuses the axis that quantize_static writes
                unsqueezes = any(n.op_type == "Unsqueeze" for n in m.graph.node)
                m.opset_import[0].version = m.opset_import[0].version if unsqueezes else 13
            made = [o for n in m.graph.node for o in n.output if o]
            kept = {o.name for o in m.graph.output}
            m.graph.output.extend(onnx.ValueInfoProto(name=o) for o in made if o not in kept)
            options = ort.SessionOptions()
            options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
            session = ort.InferenceSession(m.SerializeToString(), options)
            feeds = {}
            for i in m.graph.input:
                shape = [value(d) for d in i.type.tensor_type.shape.dim]
                kind = {T.FLOAT: np.float32, T.INT8: np.int8, T.UINT8: np.uint8}[i.type.tensor_type.elem_type]
                feeds[i.name] = (rng(9).standard_normal(shape) * 3).astype(kind)
            for name, array in zip(made, session.run(made, feeds)):
                kind = names[nh.from_array(np.asarray(array)).data_type]
                out.write(f"{path} {name} {kind} {'x'.join(map(str, np.shape(array))) or 'scalar'}\n")


def values():
    """Element (i, j) is 10 i + j - 7."""
    return np.add.outer(10 * np.arange(3), np.arange(4)) - 7


def tensors():
    os.makedirs("tensors", exist_ok=True)
    a = values()
    for kind in ("f4", "f8", "i1", "i4", "i8"):
        np.save(f"tensors/{kind}.npy", a.astype(f"<{kind}"))
    np.save("tensors/u1.npy", (a + 7).astype("u1"))
    np.save("tensors/b1.npy", a > 5)
    np.save("tensors/fortran.npy", np.asfortranarray(a.astype("<f4")))
    np.save("tensors/fortran3.npy", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
    np.save("tensors/scalar.npy", np.float32(2.5))
    np.save("tensors/one.npy", np.array([7], "<i8"))
    np.save("tensors/empty.npy", np.zeros((0, 3), "<f4"))
    np.save("tensors/big_endian.npy", a.astype(">f4"))
    np.save("tensors/half.npy", a.astype("<f2"))
    np.save("tensors/structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
    np.save("tensors/strings.npy", np.array(["a", "b"]))
    np.savez("tensors/stored.npz", first=a.astype("<f4"), second=a.astype("i1"))
    np.savez_compressed("tensors/deflated.npz", np.zeros((100, 100), "<f4"), named=a.astype("<i4"))
    for kind in (np.float32, np.int8, np.int64):
        with open(f"tensors/{np.dtype(kind).name}.pb", "wb") as f:
            f.write(nh.from_array(a.astype(kind), "t").SerializeToString())
    typed = h.make_tensor("typed", T.INT8, [3, 4], a.flatten().tolist())
    with open("tensors/typed.pb", "wb") as f:
        f.write(typed.SerializeToString())


def main():
    onnx.save(residual_cnn(13), "residual_cnn.onnx")
    with open("residual_cnn.onnx", "rb") as f, open("residual_cnn.onnx.sha256", "w") as out:
        out.write(f"{hashlib.sha256(f.read()).hexdigest()}  residual_cnn.onnx\n")
    quantize(residual_cnn(13), "qdq_s8s8.onnx", extra_options={"ActivationSymmetric": False, "WeightSymmetric": True})
    quantize(residual_cnn(11), "qdq_u8s8_per_channel_opset11.onnx", per_channel=True, activation_type=QuantType.QUInt8)
    quantize(residual_cnn(13), "qoperator_u8u8.onnx", quant_format=QuantFormat.QOperator,
             activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8)
    onnx.save(shape_arithmetic(11), "shape_arithmetic_opset11.onnx")
    onnx.save(shape_arithmetic(17), "shape_arithmetic_opset17.onnx")
    onnx.save(changed_in_18(), "changed_in_18.onnx")
    onnx.save(ceil_pools(), "ceil_pools.onnx")
    external()
    record_shapes(sorted(p for p in os.listdir(".") if p.endswith(".onnx") and p != "external.onnx"))
    tensors()


if __name__ == "__main__":
    main()
