"""Several operators between two quantized tensors, or quantized in between, as exporters leave them."""
import numpy as np

from builder import Model
from functions import SHAPES


def chain(name, apply, domain=8):
    """`apply` makes the chain's value from the dequantized input x, whose largest magnitude is about `domain`."""

    def build(rng, number):
        model = Model(rng, floating=number % 6 == 5)
        signed = bool(number % 2)
        scale = model.random_scale(domain / 2000, domain / 128)
        shape = SHAPES[number % len(SHAPES)]
        value = apply(model, model.input(shape, scale, model.random_zero_point(signed), signed), number)
        to_signed = signed != (number % 5 == 4)
        model.output(value, *model.fitting(value, to_signed), to_signed)
        return model, f"{name} {shape}"

    return build


def number(model, value):
    return model.constant(np.float32(value))


def hard_swish(model, x, index):
    gate = model.node("HardSigmoid", [x], alpha=1 / 6, beta=0.5)
    return model.node("Mul", [x, gate] if index % 3 else [gate, x])


def decomposed_hard_swish(model, x, index):
    gate = model.node("Clip", [model.node("Add", [x, number(model, 3)]), number(model, 0), number(model, 6)])
    return model.node("Div", [model.node("Mul", [x, gate]), number(model, 6)])


def gelu(model, x, index):
    """As PyTorch exports it, in two orders."""
    inner = model.node("Erf", [model.node("Div", [x, number(model, np.sqrt(2))])])
    inner = model.node("Add", [inner, number(model, 1)])
    if index % 2:
        return model.node("Mul", [model.node("Mul", [x, inner]), number(model, 0.5)])
    return model.node("Mul", [model.node("Mul", [x, number(model, 0.5)]), inner])


def div_clip(model, x, index):
    value = model.node("Div", [x, number(model, model.rng.uniform(0.5, 5))])
    limits = [number(model, -model.rng.uniform(0, 1)), number(model, model.rng.uniform(0.2, 2))]
    return model.node("Clip", [value, *limits])


def float_swish(model, x, index):
    """Sigmoid and Mul with nothing quantized in between."""
    return model.node("Mul", [x, model.node("Sigmoid", [x])])


def mish(model, x, index):
    return model.node("Mul", [x, model.node("Tanh", [model.node("Softplus", [x])])])


def silu(rng, number):
    """Sigmoid, then Mul, both quantized, as quantize_static leaves a SiLU."""
    model = Model(rng, floating=number % 6 == 5)
    signed = bool(number % 2)
    shape = SHAPES[number % len(SHAPES)]
    x = model.input(shape, model.random_scale(0.004, 0.08), model.random_zero_point(signed), signed)
    gate = model.node("Sigmoid", [x])
    parameters = model.fitting(gate, signed) if number % 4 else (np.float32(1 / 255), -128 if signed else 0)
    gate = model.dequantize(model.quantize(gate, *parameters, signed), *parameters, signed)
    value = model.node("Mul", [x, gate])
    model.output(value, *model.fitting(value, signed), signed)
    return model, f"SiLU {shape}"


OPERATORS = {
    "SiLU": (silu, 14),
    "ChainHardSwish": (chain("x * HardSigmoid(x)", hard_swish), 12),
    "ChainDecomposedHardSwish": (chain("x * Clip(x + 3, 0, 6) / 6", decomposed_hard_swish), 12),
    "ChainGelu": (chain("Gelu by Erf", gelu, 6), 12),
    "ChainDivClip": (chain("Div, Clip", div_clip), 12),
    "ChainSwish": (chain("x * Sigmoid(x)", float_swish), 10),
    "ChainMish": (chain("x * Tanh(Softplus(x))", mish), 10),
}
