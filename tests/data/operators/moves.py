"""Operators that move integers: parts, resizing, joining, reordering, the largest of a window."""
import numpy as np

from builder import Model

MAPS = [(1, 20, 9, 7), (1, 37, 6, 5), (1, 3, 17, 13), (1, 16, 8, 8), (1, 33, 5, 6), (1, 50, 4, 5)]


def begin(rng, number, floating=None):
    model = Model(rng, floating=number % 6 == 5 if floating is None else floating)
    signed = bool(number % 2)
    return model, signed, model.random_scale(), model.random_zero_point(signed)


def finish(model, value, number, signed, scale, zero_point):
    """The same scale and zero point behind it; another in one of six."""
    if number % 6 == 4:
        scale, zero_point = model.fitting(value, signed)
    model.output(value, scale, zero_point, signed)


def split(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = MAPS[number % len(MAPS)]
    axis = [1, 1, 1, 2, 3, 1][number % 6]
    extent, parts = shape[axis], 2 + number % 2
    cuts = np.sort(rng.choice(np.arange(1, extent), parts - 1, replace=False))
    sizes = np.diff([0, *cuts, extent]).astype(np.int64)
    value = model.input(shape, scale, zero_point, signed)
    given = axis - 4 if number % 5 == 1 else axis
    values = model.node("Split", [value, model.constant(sizes)], outputs=parts, axis=given)
    for part in values:
        model.output(part, scale, zero_point, signed)
    return model, f"Split {sizes.tolist()} along {axis} {shape}"


def slice_arguments(rng, number, shape):
    """(start, end, axis, step) of some axes."""
    channels, height, width = shape[1:]
    first = int(rng.integers(1, channels)) if channels < 20 else int(rng.choice([3, 7, 13, 17]))
    return [
        [(first, channels, 1, 1)],
        [(0, first, 1, 1)],
        [(first, -1, 1, 1)],
        [(1, height, 2, 2)],
        [(0, height, 2, 2), (0, width, 3, 2)],
        [(1, height, 2, 2), (1, width, 3, 2)],
        [(1, height - 1, 2, 1), (2, width, 3, 1)],
        [(first, channels, 1, 1), (0, height, 2, 2)],
        [(0, width, 3, 3)],
        [(first, 2**31 - 1, 1, 1), (-3, 2**31 - 1, 3, 1)],
        [(1, height, 2, 3), (0, width, 3, 2)],
        [(-4, height, -2, 1)],
        [(1, first + 1, 1, 1), (1, height, 2, 2), (0, width, 3, 2)],
        [(0, height, 2, 4)],
    ][number % 14]


def slice_(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = MAPS[number % len(MAPS)]
    arguments = slice_arguments(rng, number, shape)
    given = [model.constant(np.array(list(values), np.int64)) for values in zip(*arguments)]
    value = model.node("Slice", [model.input(shape, scale, zero_point, signed), *given])
    finish(model, value, number, signed, scale, zero_point)
    return model, f"Slice {arguments} {shape}"


MODES = ["asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners", "half_pixel_symmetric"]
ROUNDINGS = ["round_prefer_floor", "floor", "ceil", "round_prefer_ceil"]
FACTORS = [(2, 2), (1.5, 2.5), (0.5, 0.5), (3, 1), (1, 2), (0.7, 1.3), (4, 4)]


def resize(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = [(1, 20, 3, 4), (1, 7, 6, 5), (1, 17, 3, 4), (1, 3, 9, 8)][number % 4]
    mode, rounding, factors = MODES[number % 5], ROUNDINGS[number // 5 % 4], FACTORS[number % 7]
    value = model.input(shape, scale, zero_point, signed)
    opset = 19 if mode == "half_pixel_symmetric" else 17
    model.opset = opset
    if number % 3 == 2:
        sizes = np.array([1, shape[1], *[max(1, round(s * f)) for s, f in zip(shape[2:], factors)]], np.int64)
        inputs, what = [value, "", "", model.constant(sizes)], f"to {sizes.tolist()}"
    else:
        inputs, what = [value, "", model.constant(np.array([1, 1, *factors], np.float32))], f"by {factors}"
    value = model.node("Resize", inputs, mode="nearest", coordinate_transformation_mode=mode, nearest_mode=rounding)
    finish(model, value, number, signed, scale, zero_point)
    return model, f"Resize {mode} {rounding} {what} {shape}"


def concat(rng, number):
    model = Model(rng, floating=number % 6 == 5)
    signed = bool(number % 2)
    axis = [1, 1, 2, 1, 3, 1][number % 6]
    shape = [1, 11, 4, 5]
    values, extents = [], []
    same = (model.random_scale(), model.random_zero_point(signed))
    for _ in range(2 + number % 3):
        shape[axis] = int(rng.integers(1, 24 if axis == 1 else 6))
        extents.append(shape[axis])
        own = same if number % 4 == 0 else (model.random_scale(0.02, 0.2), model.random_zero_point(signed))
        values.append(model.input(tuple(shape), *own, signed))
    value = model.node("Concat", values, axis=axis)
    model.output(value, *(same if number % 4 == 0 else model.fitting(value, signed)), signed)
    return model, f"Concat {extents} along {axis}"


WINDOWS = [
    dict(kernel_shape=[2, 2], strides=[2, 2]),
    dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    dict(kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1]),
    dict(kernel_shape=[3, 2], strides=[2, 1], pads=[0, 1, 1, 0]),
    dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    dict(kernel_shape=[4, 3]),
]


def max_pool(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = MAPS[number % len(MAPS)]
    window = dict(WINDOWS[number % 6])
    if number in (6, 8):
        window = dict(kernel_shape=[2, 2], dilations=[2, 1])
    if number == 9:
        window, shape = dict(kernel_shape=[5, 5], pads=[2, 2, 2, 2]), (1, 18, 7, 9)
    value = model.node("MaxPool", [model.input(shape, scale, zero_point, signed)], **window)
    finish(model, value, number, signed, scale, zero_point)
    return model, f"MaxPool {window} {shape}"


def transpose(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape = MAPS[number % len(MAPS)]
    orders = [[0, 2, 3, 1], [0, 3, 1, 2], [0, 1, 3, 2], [0, 3, 2, 1], [0, 2, 1, 3]]
    order = orders[number % 5]
    if number % 4 == 3:
        shape, order = (1, *shape[1:3]), [0, 2, 1]
    value = model.node("Transpose", [model.input(shape, scale, zero_point, signed)], perm=order)
    finish(model, value, number, signed, scale, zero_point)
    return model, f"Transpose {order} {shape}"


def reshape(rng, number):
    model, signed, scale, zero_point = begin(rng, number)
    shape, to = [
        ((1, 20, 9, 7), (1, -1)), ((1, 24, 6, 4), (1, 12, 12, 4)), ((1, 17, 6, 3), (0, 0, -1)),
        ((1, 300), (1, 12, 5, 5)), ((1, 14, 30), (1, 7, 2, 30)), ((1, 33, 4, 4), (1, 16, 33)),
    ][number % 6]
    value = model.input(shape, scale, zero_point, signed)
    if number == 7:
        value, to = model.node("Flatten", [value], axis=1), "Flatten"
    elif number == 8:
        value, to = model.node("Unsqueeze", [value, model.constant(np.array([2], np.int64))]), "Unsqueeze"
    elif number == 9:
        value = model.node("Unsqueeze", [value, model.constant(np.array([2], np.int64))])
        value, to = model.node("Squeeze", [value, model.constant(np.array([2], np.int64))]), "Unsqueeze, Squeeze"
    else:
        value = model.node("Reshape", [value, model.constant(np.array(to, np.int64))])
    finish(model, value, number, signed, scale, zero_point)
    return model, f"Reshape {shape} to {to}"


OPERATORS = {
    "Split": (split, 12), "Slice": (slice_, 20), "Resize": (resize, 35), "Concat": (concat, 14),
    "MaxPool": (max_pool, 12), "Transpose": (transpose, 12), "Reshape": (reshape, 12),
}
