"""Conv, Gemm, MatMul with constant weights."""
import numpy as np

from builder import Model, limits


def weights(model, shape, axis, number):
    """Integer weights, dequantized, and their scales: s8 symmetric, per channel along `axis` in one of two, or u8."""
    rng = model.rng
    if number % 6 == 2:  # u8 weights with u8 activations
        scale, integers = model.random_scale(1e-3, 1e-2), rng.integers(0, 256, shape).astype(np.uint8)
        zero_point = int(rng.integers(100, 156))
        return model.dequantize(model.constant(integers), scale, zero_point, False), np.array([scale])
    integers = model.constant(rng.integers(-127, 128, shape).astype(np.int8))
    if number % 2 == 0:
        scale = model.random_scale(1e-3, 1e-2)
        return model.dequantize(integers, scale, 0, True), np.array([scale])
    scales = np.exp(rng.uniform(np.log(1e-3), np.log(1e-2), shape[axis])).astype(np.float32)
    parameters = [model.constant(scales), model.constant(np.zeros(shape[axis], np.int8))]
    return model.node("DequantizeLinear", [integers, *parameters], axis=axis), scales


def bias(model, channels, input_scale, scales):
    integers = model.constant(model.rng.integers(-20000, 20001, channels).astype(np.int32))
    product = (np.float32(input_scale) * scales).astype(np.float32)
    product = product if len(product) == channels else np.full(channels, product[0], np.float32)
    zero = model.constant(np.zeros(channels, np.int32))
    return model.node("DequantizeLinear", [integers, model.constant(product), zero], axis=0)


def begin(rng, number):
    model = Model(rng, floating=number % 7 == 6)
    signed = number % 6 in (1, 3, 4)
    return model, signed, model.random_scale(1e-3, 0.05), model.random_zero_point(signed)


def finish(model, value, signed, number):
    if number % 5 == 3:  # a Relu that the range implies
        value = model.node("Relu", [value])
        scale, _ = model.fitting(value, signed, 0.9)
        model.output(value, scale, limits(signed)[0], signed)
    else:
        model.output(value, *model.fitting(value, signed), signed)


CONVOLUTIONS = [
    dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1]), dict(kernel_shape=[1, 1]),
    dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    dict(kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]),
    dict(kernel_shape=[5, 3], pads=[2, 1, 2, 1]), dict(kernel_shape=[3, 3], dilations=[2, 2], pads=[2, 2, 2, 2]),
    dict(kernel_shape=[1, 4], strides=[1, 2]), dict(kernel_shape=[2, 2], strides=[2, 2]),
]


def convolution(groups_of):
    def build(rng, number):
        model, signed, scale, zero_point = begin(rng, number)
        channels = [20, 5, 33, 12, 16, 7][number % 6]
        groups = groups_of(channels)
        out = channels if groups == channels else groups * int(rng.integers(2, 20 if groups == 1 else 6))
        shape = (1, channels, int(rng.integers(6, 10)), int(rng.integers(6, 10)))
        window = CONVOLUTIONS[number % 8]
        x = model.input(shape, scale, zero_point, signed)
        w, scales = weights(model, (out, channels // groups, *window["kernel_shape"]), 0, number)
        inputs = [x, w] + ([bias(model, out, scale, scales)] if number % 4 != 1 else [])
        finish(model, model.node("Conv", inputs, group=groups, **window), signed, number)
        return model, f"Conv {window} groups {groups}, {shape} to {out} channels"

    return build


def some_groups(channels):
    return next(g for g in (4, 5, 3, 7) if channels % g == 0 and channels > g) if channels > 7 else 1


def gemm(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    inner, out = [(300, 17), (40, 90), (19, 150), (17, 90), (80, 50), (260, 10)][number % 6]
    transposed = number % 2
    x = model.input((1, inner), scale, zero_point, signed)
    w, scales = weights(model, (out, inner) if transposed else (inner, out), 0 if transposed else 1, number)
    inputs = [x, w] + ([bias(model, out, scale, scales)] if number % 4 != 1 else [])
    finish(model, model.node("Gemm", inputs, transB=transposed), signed, number)
    return model, f"Gemm {inner} to {out}, transB {transposed}"


def matmul(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    rows, inner, out = [(7, 60, 33), (12, 33, 20), (1, 100, 35), (5, 17, 60), (20, 16, 16), (9, 40, 50)][number % 6]
    shape = (1, inner) if rows == 1 else (1, rows, inner) if number % 3 else (1, 2, rows, inner)
    x = model.input(shape, scale, zero_point, signed)
    w, _ = weights(model, (inner, out), 1, number)
    model.output(*(lambda v: (v, *model.fitting(v, signed), signed))(model.node("MatMul", [x, w])))
    return model, f"MatMul {shape} to {out}"


OPERATORS = {
    "Conv": (convolution(lambda channels: 1), 14),
    "ConvDepthwise": (convolution(lambda channels: channels), 14),
    "ConvGroups": (convolution(some_groups), 12),
    "Gemm": (gemm, 12),
    "MatMul": (matmul, 12),
}
