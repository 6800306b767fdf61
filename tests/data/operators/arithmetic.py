"""Operators of two inputs, and with a constant; averages."""
import numpy as np

from builder import Model
from moves import MAPS, WINDOWS

# Shapes of two inputs that broadcast.
PAIRS = [
    ((1, 20, 5, 4), (1, 20, 5, 4)), ((1, 20, 5, 4), (1, 20, 1, 1)), ((1, 33, 4, 4), (1, 33, 4, 4)),
    ((1, 400), (1, 400)), ((1, 1, 6, 7), (1, 12, 6, 7)), ((1, 15, 26), (1, 15, 26)), ((1, 17, 5, 4), (1, 1, 5, 4)),
    ((1, 7, 8, 9), (1, 7, 8, 1)),
]


def two_inputs(op):
    """Of eight models six have two activations, one a quantized constant in front, one behind."""

    def build(rng, number):
        model = Model(rng, floating=number % 8 == 7)
        signed = bool(number % 2)
        shapes = PAIRS[number % len(PAIRS)]
        constant = {3: 1, 6: 0}.get(number % 8)
        base = model.random_scale(4e-3, 0.1)
        values = []
        for i, shape in enumerate(shapes):
            scale = np.float32(base * np.exp(rng.uniform(-1.2, 1.2))) if number % 4 else base
            parameters = (scale, model.random_zero_point(signed), signed)
            if i == constant:
                integers = model.constant(model.integers(shape, signed))
                values.append(model.dequantize(integers, *parameters))
            else:
                values.append(model.input(shape, *parameters))
        value = model.node(op, values)
        to_signed = signed != (number % 7 == 5)
        model.output(value, *model.fitting(value, to_signed), to_signed)
        return model, f"{op} {shapes[0]} {shapes[1]}" + ("" if constant is None else f", constant {constant}")

    return build


def with_constant(op, numbers, domain=None):
    """A plain float number, behind the activation; in front of it in one of four where `numbers` allows."""

    def build(rng, number):
        model = Model(rng, floating=number % 6 == 5)
        signed = bool(number % 2)
        scale, zero_point = model.random_scale(1e-3, 0.15), model.random_zero_point(signed)
        if domain == "positive":
            zero_point = -128 if signed else 0
        shape = [(1, 5, 9, 7), (1, 300), (1, 20, 4, 4), (1, 17, 19)][number % 4]
        constant = np.float32(numbers(rng, number, scale))
        if number % 3 == 1:
            constant = constant.reshape([1] * (number % len(shape) + 1))
        value = model.input(shape, scale, zero_point, signed)
        inputs = [value, model.constant(constant)]
        if number % 4 == 2 and op in ("Add", "Mul", "Sub"):
            inputs.reverse()
        value = model.node(op, inputs)
        model.output(value, *model.fitting(value, signed), signed)
        return model, f"{op} by {float(constant.flat[0])} {shape}"

    return build


def average_pool(rng, number):
    model = Model(rng, floating=number % 6 == 5)
    signed = bool(number % 2)
    shape = MAPS[(number + 1) % len(MAPS)]
    window = dict(WINDOWS[number % 6], count_include_pad=int(number % 4 == 1))
    if window.pop("ceil_mode", 0) and number > 6:
        window["ceil_mode"] = 1
    value = model.input(shape, model.random_scale(), model.random_zero_point(signed), signed)
    value = model.node("AveragePool", [value], **window)
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"AveragePool {window} {shape}"


def global_average_pool(rng, number):
    model = Model(rng, floating=number % 6 == 5)
    signed = bool(number % 2)
    shape = [(1, 150, 3, 3), (1, 67, 5, 4), (1, 33, 7, 7), (1, 90, 2, 9)][number % 4]
    value = model.input(shape, model.random_scale(), model.random_zero_point(signed), signed)
    value = model.node("GlobalAveragePool", [value])
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"GlobalAveragePool {shape}"


def number_between(low, high):
    return lambda rng, number, scale: rng.uniform(low, high) * (-1 if number % 5 == 3 else 1)


def near_zero_point(rng, number, scale):
    return rng.uniform(-60, 60) * scale


def exponent(rng, number, scale):
    return [2, 3, 0.5, 2, 1.5, -1, 2, 3, 4, 2, 0.25, 1][number % 12]


def power(rng, number):
    whole = exponent(rng, number, None) in (2, 3, 4, 1)
    return with_constant("Pow", exponent, None if whole else "positive")(rng, number)


OPERATORS = {op: (two_inputs(op), 16) for op in ("Add", "Mul", "Sub", "Max", "Min")}
OPERATORS |= {
    "AddConstant": (with_constant("Add", number_between(0.1, 4)), 12),
    "SubConstant": (with_constant("Sub", number_between(0.1, 4)), 12),
    "MulConstant": (with_constant("Mul", number_between(0.1, 3)), 12),
    "DivConstant": (with_constant("Div", number_between(0.3, 6)), 12),
    "MaxConstant": (with_constant("Max", near_zero_point), 10),
    "MinConstant": (with_constant("Min", near_zero_point), 10),
    "Pow": (power, 12),
    "AveragePool": (average_pool, 12),
    "GlobalAveragePool": (global_average_pool, 12),
}
