#!/usr/bin/env python3
"""Makes the small quantized models of this folder, with inputs and ONNX Runtime's outputs beside them.

Each case is NAME.onnx and NAME.npz: inputs and outputs by their names in the model. Outputs are ONNX Runtime's with all
graph optimizations off, so QuantizeLinear and DequantizeLinear are evaluated as the standard says, in float32.

Needs numpy, onnx, onnxruntime. Run: ./make_cases.py [NAME ...]
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def exact(scale):
    """Scales without simple ratios, so that no result lies on a tie, where float32 and exact arithmetic part."""
    return np.float32(np.float64(scale) ** 1.03)


class Model:
    def __init__(self, name, seed=1):
        self.name = name
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants, self.inputs, self.outputs, self.feeds = [], [], [], [], {}
        self.count = 0

    def fresh(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, array, stem="constant"):
        name = self.fresh(stem)
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def input(self, shape, name="x", low=-2.0, high=2.0, dtype=np.float32):
        kind = {np.float32: TensorProto.FLOAT, np.uint8: TensorProto.UINT8, np.int8: TensorProto.INT8}[dtype]
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        if dtype == np.float32:
            self.feeds[name] = self.random.uniform(low, high, shape).astype(np.float32)
        else:
            info = np.iinfo(dtype)
            self.feeds[name] = self.random.integers(info.min, info.max + 1, shape).astype(dtype)
        return name

    def output(self, name, kind=TensorProto.FLOAT):
        self.outputs.append((name, kind))

    def node(self, op, inputs, domain="", out=None, **attributes):
        out = out or self.fresh(op.lower())
        self.nodes.append(helper.make_node(op, inputs, [out], name=f"{op}_{out}", domain=domain, **attributes))
        return out

    def parameters(self, scale, zero_point, dtype):
        return [self.constant(exact(scale), "scale"), self.constant(dtype(zero_point), "zero_point")]

    def quantize(self, x, scale, zero_point=0, dtype=np.uint8):
        return self.node("QuantizeLinear", [x] + self.parameters(scale, zero_point, dtype))

    def dequantize(self, x, scale, zero_point=0, dtype=np.uint8):
        return self.node("DequantizeLinear", [x] + self.parameters(scale, zero_point, dtype))

    def qdq(self, x, scale, zero_point=0, dtype=np.uint8):
        return self.dequantize(self.quantize(x, scale, zero_point, dtype), scale, zero_point, dtype)

    def weights(self, shape, scale, zero_point=0, dtype=np.int8, axis=None):
        info = np.iinfo(dtype)
        data = self.constant(self.random.integers(info.min, info.max + 1, shape).astype(dtype), "weights")
        if axis is None:
            self.last_scales = exact(scale)
            return self.dequantize(data, scale, zero_point, dtype)
        scales = (exact(scale) * self.random.uniform(0.5, 1.5, shape[axis])).astype(np.float32)
        self.last_scales = scales
        zeros = self.constant(np.full(shape[axis], zero_point, dtype), "zero_point")
        return self.node("DequantizeLinear", [data, self.constant(scales, "scale"), zeros], axis=axis)

    def bias(self, count, input_scale, limit=2000):
        """At the product of the scales of the input and of the last weights."""
        data = self.constant(self.random.integers(-limit, limit, count).astype(np.int32), "bias")
        scale = np.asarray(exact(input_scale) * self.last_scales, np.float32)
        zeros = self.constant(np.zeros(scale.shape, np.int32), "zero_point")
        attributes = {"axis": 0} if scale.ndim else {}
        return self.node("DequantizeLinear", [data, self.constant(scale, "scale"), zeros], **attributes)

    def save(self, opset=13, microsoft=False):
        outputs = [helper.make_tensor_value_info(name, kind, None) for name, kind in self.outputs]
        graph = helper.make_graph(self.nodes, self.name, self.inputs, outputs, self.constants)
        imports = [helper.make_opsetid("", opset)]
        if microsoft:
            imports.append(helper.make_opsetid("com.microsoft", 1))
        model = helper.make_model(graph, opset_imports=imports, ir_version=8)
        if not microsoft:
            model = onnx.shape_inference.infer_shapes(model)
        path = os.path.join(FOLDER, self.name + ".onnx")
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = ort.InferenceSession(model.SerializeToString(), options)
        results = session.run(None, self.feeds)
        if microsoft:
            for value, result in zip(model.graph.output, results):
                value.type.tensor_type.shape.Clear()
                for extent in result.shape:
                    value.type.tensor_type.shape.dim.add().dim_value = extent
        onnx.save(model, path)
        arrays = dict(self.feeds)
        arrays.update({name: result for (name, _), result in zip(self.outputs, results)})
        np.savez(os.path.join(FOLDER, self.name + ".npz"), **arrays)


@case
def conv_relu_clip(m):
    """u8 activations, per-channel s8 weights, asymmetric pads, stride; Relu, Identity and Clip between Conv and Q."""
    x = m.qdq(m.input([1, 3, 9, 8]), 4 / 255, 128)
    w = m.weights([5, 3, 3, 2], 0.01, axis=0)
    y = m.node("Conv", [x, w, m.bias(5, 4 / 255)], pads=[0, 1, 2, 1], strides=[2, 1])
    y = m.node("Relu", [m.node("Identity", [y])])
    y = m.node("Clip", [m.node("Cast", [y], to=1), m.constant(np.float32(0.3)), m.constant(np.float32(4.0))])
    m.output(m.qdq(m.node("Identity", [y]), 0.03, 17))
    m.save()


@case
def conv_grouped_dilated(m):
    """s8 activations, u8 weights with a zero point, groups, dilation, float bias."""
    x = m.qdq(m.input([1, 6, 10, 11]), 0.02, -13, np.int8)
    w = m.weights([4, 3, 3, 3], 0.01, 141, np.uint8)
    b = m.constant(m.random.uniform(-1, 1, 4).astype(np.float32))
    y = m.node("Conv", [x, w, b], group=2, dilations=[2, 3], auto_pad="VALID")
    m.output(m.qdq(y, 0.07, -5, np.int8))
    m.save()


@case
def conv_depthwise_1d(m):
    """[1, C, L], one channel a group, SAME_LOWER."""
    x = m.qdq(m.input([1, 6, 13]), 0.02, 100)
    y = m.node("Conv", [x, m.weights([6, 1, 4], 0.01)], group=6, auto_pad="SAME_LOWER", strides=[2])
    m.output(m.qdq(y, 0.05, 120))
    m.save()


@case
def double_pairs(m):
    """Q/DQ, another Q/DQ with another scale and type, and one more with the same."""
    x = m.qdq(m.input([1, 4, 5, 5]), 0.02, 100)
    x = m.qdq(m.qdq(x, 0.025, -10, np.int8), 0.025, -10, np.int8)
    y = m.qdq(m.node("Conv", [x, m.weights([3, 4, 1, 1], 0.01)]), 0.05, 120)
    m.output(m.qdq(m.node("Identity", [y]), 0.04, 110))
    m.save()


@case
def weights_from_float(m):
    """Float weights with QuantizeLinear and DequantizeLinear behind them, then a Transpose, as PyTorch exports Linear."""
    x = m.qdq(m.input([1, 7]), 0.02, 128)
    w = m.constant(m.random.normal(0, 0.6, [5, 7]).astype(np.float32))
    scales = m.constant(m.random.uniform(0.004, 0.008, 5).astype(np.float32))
    zeros = m.constant(np.zeros(5, np.int8))
    w = m.node("QuantizeLinear", [w, scales, zeros], axis=0)
    w = m.node("Transpose", [m.node("DequantizeLinear", [w, scales, zeros], axis=0)], perm=[1, 0])
    y = m.node("Add", [m.constant(m.random.uniform(-1, 1, 5).astype(np.float32)), m.node("MatMul", [x, w])])
    m.output(m.qdq(m.node("Relu", [y]), 0.03, 0))
    m.save()


@case
def flatten_gemm(m):
    """A Flatten without Q/DQ of its own in front of Gemm: the kernel is the whole map."""
    x = m.qdq(m.input([1, 8, 3, 2]), 0.02, 131)
    x = m.node("Flatten", [x], axis=1)
    y = m.node("Gemm", [x, m.weights([48, 5], 0.01), m.bias(5, 0.02)])
    m.output(m.qdq(y, 0.05, 120))
    m.save()


@case
def nhwc_flatten_gemm(m):
    """Transpose to NHWC, then Reshape, each with Q/DQ, in front of Gemm with transB and alpha."""
    x = m.qdq(m.input([1, 9, 2, 3]), 0.02, 131)
    x = m.qdq(m.node("Transpose", [x], perm=[0, 2, 3, 1]), 0.02, 131)
    x = m.qdq(m.node("Reshape", [x, m.constant(np.array([0, -1], np.int64))]), 0.02, 131)
    y = m.node("Gemm", [x, m.weights([5, 54], 0.01, axis=0), m.bias(5, 0.04)], transB=1, alpha=0.5)
    m.output(m.qdq(y, 0.05, 120))
    m.save()


@case
def few_channels_flatten_gemm(m):
    """One channel: the Flatten stays a layer."""
    x = m.qdq(m.input([1, 1, 6, 7]), 0.02, 131)
    y = m.node("Gemm", [m.node("Flatten", [x]), m.weights([42, 5], 0.01)])
    m.output(m.qdq(y, 0.05, 120))
    m.save()


@case
def matmul_sequence(m):
    """[1, S, K] x [K, N] + bias, then a positional constant, then another MatMul."""
    x = m.qdq(m.input([1, 5, 8]), 0.02, 128)
    y = m.node("MatMul", [x, m.weights([8, 6], 0.01)])
    y = m.qdq(m.node("Add", [y, m.bias(6, 0.02)]), 0.04, 128)
    p = m.dequantize(m.constant(m.random.integers(0, 256, [1, 5, 6]).astype(np.uint8)), 0.01, 90)
    y = m.qdq(m.node("Add", [y, p]), 0.045, 120)
    y = m.node("MatMul", [y, m.weights([6, 3], 0.012, axis=1)])
    m.output(m.qdq(y, 0.05, 100))
    m.save()


@case
def rows_gemm(m):
    """Gemm on the rows of a matrix: [1, S, K] reshaped to [S, K] and back."""
    x = m.qdq(m.input([1, 5, 8]), 0.02, 128)
    x = m.node("Reshape", [x, m.constant(np.array([5, 8], np.int64))])
    y = m.qdq(m.node("Gemm", [x, m.weights([8, 3], 0.01), m.bias(3, 0.02)]), 0.05, 120)
    m.output(m.node("Reshape", [y, m.constant(np.array([1, 5, 3], np.int64))]))
    m.save()


@case
def sequence_and_convolution(m):
    """1-D Conv, Transpose, MatMul, Transpose, residual Add: channels on both axes."""
    x = m.qdq(m.input([1, 8, 6]), 0.02, 128)
    y = m.qdq(m.node("Conv", [x, m.weights([8, 8, 3], 0.01)], pads=[1, 1]), 0.05, 128)
    t = m.node("Transpose", [y], perm=[0, 2, 1])
    t = m.qdq(m.node("MatMul", [t, m.weights([8, 8], 0.006)]), 0.06, 128)
    t = m.node("Transpose", [t], perm=[0, 2, 1])
    m.output(m.qdq(m.node("Add", [y, t]), 0.07, 128))
    # The same MatMul output read by a convolution as it lies: its channels are the sequence.
    z = m.node("Conv", [m.node("Transpose", [t], perm=[0, 2, 1]), m.weights([4, 6, 1], 0.01)])
    m.output(m.qdq(z, 0.1, 128))
    m.save()


@case
def squeeze_excite(m):
    """GlobalAveragePool, 1x1 Conv, Mul of a map by [1, C, 1, 1] on the left, Add and Mul of constants."""
    x = m.qdq(m.input([1, 6, 4, 5]), 0.02, 128)
    g = m.qdq(m.node("GlobalAveragePool", [x]), 0.006, 120)
    g = m.qdq(m.node("Conv", [g, m.weights([6, 6, 1, 1], 0.02)]), 0.02, 128)
    y = m.qdq(m.node("Mul", [g, x]), 0.03, 128)
    y = m.qdq(m.node("Mul", [m.constant(np.float32(0.75)), y]), 0.025, 128)
    c = m.dequantize(m.constant(m.random.integers(-128, 128, [6, 1, 1]).astype(np.int8)), 0.01, -7, np.int8)
    y = m.qdq(m.node("Add", [c, y]), 0.03, 128)
    m.output(m.qdq(m.node("Mul", [y, y]), 0.05, 3))
    m.save()


@case
def pools(m):
    """MaxPool between Conv and Q, with ceil_mode; MaxPool that changes the scale; AveragePool with and without padding."""
    x = m.qdq(m.input([1, 5, 11, 12]), 0.02, 128)
    y = m.node("Conv", [x, m.weights([5, 5, 1, 1], 0.01)])
    y = m.node("MaxPool", [m.node("Relu", [y])], kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1, pads=[1, 0, 0, 0])
    y = m.qdq(y, 0.03, 4)
    z = m.qdq(m.node("MaxPool", [y], kernel_shape=[2, 2], dilations=[2, 1]), 0.04, -60, np.int8)
    a = m.node("AveragePool", [y], kernel_shape=[3, 3], pads=[1, 0, 1, 2], count_include_pad=1)
    b = m.node("AveragePool", [z], kernel_shape=[2, 3], strides=[1, 2], auto_pad="SAME_UPPER")
    m.output(m.qdq(a, 0.02, 1))
    m.output(m.qdq(b, 0.035, -90, np.int8))
    m.save()


@case
def concat_scales(m):
    """Parts with other scales and types, a part straight from a Conv, a constant part, and a Relu behind."""
    x = m.qdq(m.input([1, 4, 5, 5]), 0.02, 128)
    y = m.qdq(m.node("Conv", [x, m.weights([3, 4, 1, 1], 0.01)]), 0.05, 10, np.int8)
    z = m.node("Conv", [x, m.weights([2, 4, 1, 1], 0.01)])
    c = m.dequantize(m.constant(m.random.integers(0, 256, [1, 1, 5, 5]).astype(np.uint8)), 0.01, 100)
    m.output(m.qdq(m.node("Relu", [m.node("Concat", [x, y, z, c], axis=1)]), 0.03, 7))
    m.output(m.node("Concat", [m.node("Relu", [x]), x], axis=-1))
    m.save()


@case
def lone_activations(m):
    """Relu and Clip between DQ and Q, with other consumers, implied by the range, and without a Q."""
    x = m.qdq(m.input([1, 4, 5, 5]), 0.02, 128)
    r = m.node("Relu", [x])
    m.output(m.qdq(r, 0.02, 128))
    m.output(m.qdq(m.node("Clip", [r, "", m.constant(np.float32(1.1))]), 0.005, 3))
    m.output(r)
    y = m.node("Conv", [r, m.weights([3, 4, 1, 1], 0.01)])
    m.output(m.qdq(y, 0.05, 120))
    m.output(m.qdq(m.node("Relu", [y]), 0.05, 120))
    m.output(m.qdq(m.node("Relu", [y]), 0.02, 0))
    m.save()


@case
def two_quantizations(m):
    """One input quantized twice, a second input, an output that others read, an output that is integer."""
    x, z = m.input([1, 4, 5, 5]), m.input([1, 4, 1, 5], "z")
    a = m.qdq(m.node("Conv", [m.qdq(x, 0.02, 128), m.weights([4, 4, 1, 1], 0.01)]), 0.05, 128)
    b = m.qdq(x, 0.01, 0, np.int8)
    y = m.quantize(m.node("Add", [a, b]), 0.06, 128)
    m.output(y, TensorProto.UINT8)
    y = m.dequantize(y, 0.06, 128)
    m.output(y)
    m.output(m.qdq(m.node("Add", [m.qdq(z, 0.02, 0, np.int8), y]), 0.08, 128))
    m.save()


@case
def layout_chain(m):
    """Unsqueeze, Squeeze, Transpose and Reshape with and without Q/DQ, back to where it began."""
    x = m.qdq(m.input([1, 3, 4, 2]), 0.02, 128)
    y = m.node("Unsqueeze", [x, m.constant(np.array([2], np.int64))])
    y = m.qdq(m.node("Transpose", [y], perm=[0, 4, 2, 1, 3]), 0.02, 128)
    y = m.node("Squeeze", [y, m.constant(np.array([2], np.int64))])
    m.output(y)
    y = m.node("Reshape", [y, m.constant(np.array([1, 6, 4, 1], np.int64))])
    m.output(m.qdq(m.node("Conv", [y, m.weights([2, 6, 2, 1], 0.01)]), 0.03, 128))
    m.save()


@case
def qoperator_network(m):
    """QLinearConv, MaxPool on integers, QLinearAdd, QLinearMul, QLinearConcat, pools, QGemm, QLinearMatMul.

    7-bit weights: without VNNI, ONNX Runtime's kernels saturate the sum of two products of 8 bits.
    """
    p, ms = m.parameters, "com.microsoft"
    x = m.input([1, 3, 8, 8], dtype=np.uint8)
    w = m.constant(m.random.integers(-64, 64, [8, 3, 3, 3]).astype(np.int8))
    ws = m.constant(m.random.uniform(0.005, 0.01, 8).astype(np.float32))
    b = m.constant(m.random.integers(-900, 900, 8).astype(np.int32))
    xq = p(0.02, 120, np.uint8)
    y = m.node("QLinearConv", [x] + xq + [w, ws, m.constant(np.zeros(8, np.int8))] + p(0.03, 110, np.uint8) + [b],
               pads=[1, 1, 1, 1])
    yq = p(0.03, 110, np.uint8)
    y = m.node("MaxPool", [y], kernel_shape=[2, 2], strides=[2, 2])
    z = m.node("QLinearMul", [y] + yq + [y] + yq + p(0.06, 5, np.uint8), domain=ms)
    zq = p(0.06, 5, np.uint8)
    s = m.node("QLinearAdd", [y] + yq + [z] + zq + p(0.07, 60, np.uint8), domain=ms)
    sq = p(0.07, 60, np.uint8)
    c = m.constant(m.random.integers(0, 256, [1, 8, 1, 1]).astype(np.uint8))
    s = m.node("QLinearAdd", [c] + p(0.01, 90, np.uint8) + [s] + sq + sq, domain=ms)
    k = m.node("QLinearConcat", p(0.08, 70, np.uint8) + [s] + sq + [y] + yq, domain=ms, axis=1)
    kq = p(0.08, 70, np.uint8)
    a = m.node("QLinearAveragePool", [k] + kq + p(0.05, 80, np.uint8), domain=ms, kernel_shape=[2, 2])
    g = m.node("QLinearGlobalAveragePool", [a] + p(0.05, 80, np.uint8) + p(0.03, 75, np.uint8), domain=ms)
    f = m.node("Reshape", [g, m.constant(np.array([1, -1], np.int64))])
    gw = m.constant(m.random.integers(-64, 64, [16, 10]).astype(np.int8))
    gs = m.constant(m.random.uniform(0.005, 0.01, 10).astype(np.float32))
    gb = m.constant(m.random.integers(-900, 900, 10).astype(np.int32))
    y = m.node("QGemm", [f] + p(0.03, 75, np.uint8) + [gw, gs, m.constant(np.zeros(10, np.int8)), gb] +
               p(0.02, 128, np.uint8), domain=ms, alpha=1.0)
    mw = m.constant(m.random.integers(0, 256, [10, 4]).astype(np.uint8))
    y = m.node("QLinearMatMul", [y] + p(0.02, 128, np.uint8) + [mw] + p(0.01, 131, np.uint8) + p(0.05, 128, np.uint8))
    m.output(y, TensorProto.UINT8)
    m.save(microsoft=True)


@case
def duplicate_and_constant_nodes(m):
    """Weights in a Constant node, their scale through Identity, one initializer for two nodes."""
    x = m.qdq(m.input([1, 4, 5, 5]), 0.02, 128)
    data = numpy_helper.from_array(m.random.integers(-127, 128, [4, 4, 1, 1]).astype(np.int8))
    w = m.node("Constant", [], value=data)
    scale = m.node("Identity", [m.constant(np.array([0.01], np.float32))])
    zero = m.node("Cast", [m.node("Identity", [m.constant(np.array([0], np.int8))])], to=TensorProto.INT8)
    w = m.node("DequantizeLinear", [w, scale, zero])
    m.last_scales = np.float32(0.01)
    bias = m.bias(4, 0.02)
    y = m.qdq(m.node("Conv", [x, w, bias]), 0.02, 128)
    y = m.qdq(m.node("Conv", [y, w, bias]), 0.03, 128)
    m.output(y)
    m.save()


if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        CASES[name](Model(name))
        print(name)
