"""Reductions, normalization, transposed convolution, and moves between channels and pixels."""
import numpy as np

from moves import begin, finish
from weighted import bias, weights


def unary(op, shapes, attributes, rescales=False):
    """`attributes(number, shape)`; the output keeps the input's scale but where it `rescales`."""

    def build(rng, number):
        model, signed, scale, zero_point = begin(rng, number)
        shape = shapes[number % len(shapes)]
        given = attributes(number, shape)
        value = model.node(op, [model.input(shape, scale, zero_point, signed)], **given)
        if rescales:
            model.output(value, *model.fitting(value, signed), signed)
        else:
            finish(model, value, number, signed, scale, zero_point)
        return model, f"{op} {given} {shape}"

    return build


def mean_axes(number, shape):
    axes = [[2, 3], [-1], [1], [3], [1, 2, 3], [2]][number % 6]
    axes = axes[:1] if len(shape) == 3 else axes
    return dict(axes=[a if a < len(shape) else -1 for a in axes], keepdims=number % 2)


def reduce_sum(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = [(1, 20, 5, 4), (1, 9, 7), (1, 33, 3, 2)][number % 3]
    axes = np.array(mean_axes(number, shape)["axes"], np.int64)
    value = model.input(shape, scale, zero_point, signed)
    value = model.node("ReduceSum", [value, model.constant(axes)], keepdims=number % 2)
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"ReduceSum {axes.tolist()} {shape}"


TRANSPOSED = [
    dict(kernel_shape=[2, 2], strides=[2, 2]), dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
    dict(kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1]), dict(kernel_shape=[3, 2], strides=[1, 3]),
    dict(kernel_shape=[3, 3]), dict(kernel_shape=[5, 3], strides=[3, 2], pads=[2, 0, 1, 1]),
    dict(kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
    dict(kernel_shape=[1, 1], strides=[2, 2], output_padding=[1, 0]),
    dict(kernel_shape=[2, 2], strides=[2, 2], group=2),
]


def transposed(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    window = TRANSPOSED[number % len(TRANSPOSED)]
    groups, out = window.get("group", 1), int(rng.integers(1, 9))
    channels = [4, 18, 6][number % 3] if groups == 1 else 6
    shape = (1, channels, int(rng.integers(2, 6)), int(rng.integers(2, 6)))
    x = model.input(shape, scale, zero_point, signed)
    w, scales = weights(model, (channels, out, *window["kernel_shape"]), 1, 2 if groups > 1 else number)
    inputs = [x, w] + ([bias(model, out * groups, scale, scales)] if number % 4 == 0 else [])
    value = model.node("ConvTranspose", inputs, **window)
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"ConvTranspose {window} {shape} to {out * groups} channels"


def normalization(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = [(1, 20, 5, 4), (1, 3, 9, 8), (1, 33, 6)][number % 3]
    c = shape[1]
    floats = [rng.normal(1, 0.5, c), rng.normal(0, 1, c), rng.normal(0, 1, c), rng.uniform(0.2, 2, c)]
    value = model.input(shape, scale, zero_point, signed)
    value = model.node("BatchNormalization", [value, *(model.constant(f.astype(np.float32)) for f in floats)],
                       epsilon=1e-3 if number % 2 else 1e-5)
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"BatchNormalization {shape}"


def pad(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = [(1, 20, 5, 4), (1, 3, 9, 8), (1, 33, 2, 3)][number % 3]
    pads = np.array([0, 0, *rng.integers(0, 4, 2), 0, 0, *rng.integers(0, 4, 2)], np.int64)
    mode = ["constant", "edge"][number % 2]
    value = model.input(shape, scale, zero_point, signed)
    value = model.node("Pad", [value, model.constant(pads)], mode=mode)
    finish(model, value, number, signed, scale, zero_point)
    return model, f"Pad {mode} {pads.tolist()} {shape}"


DEEP, WIDE = [(1, 8, 3, 5), (1, 36, 2, 3), (1, 72, 3, 2)], [(1, 3, 6, 8), (1, 17, 4, 2), (1, 5, 12, 6)]
OPERATORS = {
    "ReduceMean": (unary("ReduceMean", [(1, 20, 5, 4), (1, 9, 7), (1, 33, 3, 2)], mean_axes, True), 12),
    "ReduceSum": (reduce_sum, 12),
    "ConvTranspose": (transposed, 12),
    "BatchNormalization": (normalization, 10),
    "DepthToSpace": (unary("DepthToSpace", DEEP, lambda n, s: dict(blocksize=3 if s[1] == 36 else 2,
                                                                    mode=["DCR", "CRD"][n % 2])), 10),
    "Pad": (pad, 12),
    "GlobalMaxPool": (unary("GlobalMaxPool", [(1, 20, 5, 4), (1, 3, 9, 8), (1, 33, 6, 1)], lambda n, s: {}), 10),
    "SpaceToDepth": (unary("SpaceToDepth", WIDE, lambda n, s: dict(blocksize=2)), 10),
}
