"""Functions of one input: DequantizeLinear, the function, QuantizeLinear; and their QOperator forms."""
import numpy as np
from onnx import TensorProto as T, helper as h

from builder import MICROSOFT, Model, limits

SHAPES = [(1, 5, 9, 7), (1, 300), (1, 20, 4, 4), (1, 17, 19), (1, 2, 3, 5, 11), (1, 33, 3, 3), (1, 1, 20, 15)]
# Least and largest value that an input of the function represents, at most.
WIDE, POSITIVE, EXPONENT = (-40, 40), (0, 77), (-30, 4)


def pick_input(model, number, domain, wide_range):
    """Scale, zero point, signedness: all of the input's integers lie in `domain`."""
    signed = bool(number % 2)
    low, high = limits(signed)
    zero_point = low if domain[0] == 0 else high if domain[1] == 0 else model.random_zero_point(signed)
    largest = 0.3
    if zero_point > low and domain[0] < 0:
        largest = min(largest, domain[0] / (low - zero_point))
    if zero_point < high:
        largest = min(largest, domain[1] / (high - zero_point))
    lowest = 1e-3 if wide_range else largest / 8
    return model.random_scale(min(lowest, largest), largest), zero_point, signed


def output_sign(model, signed, number):
    return signed != (number % 5 == 4)  # one in five changes signedness


def function(op, attributes=lambda rng, number: {}, domain=WIDE, domain_of_set=lambda number: "",
             opset=lambda number: 17):
    def build(rng, number):
        model = Model(rng, floating=number % 6 == 5, opset=opset(number))
        scale, zero_point, signed = pick_input(model, number, domain, wide_range=number % 3 == 0)
        given = attributes(rng, number)
        shape = SHAPES[number % len(SHAPES)]
        value = model.node(op, [model.input(shape, scale, zero_point, signed)], domain=domain_of_set(number), **given)
        if domain_of_set(number) or model.opset > 17:  # an older onnx package does not know its shape
            model.values.append(h.make_tensor_value_info(value, T.FLOAT, shape))
        to_signed = output_sign(model, signed, number)
        model.output(value, *model.fitting(value, to_signed), to_signed)
        return model, f"{op} {given} {shape}"

    return build


def qlinear(op, attributes=lambda rng: {}):
    plain = op[len("QLinear"):]

    def build(rng, number):
        model = Model(rng)
        scale, zero_point, signed = pick_input(model, number, (-8, 8), wide_range=number % 3 == 0)
        given = attributes(rng)
        shape = SHAPES[number % len(SHAPES)]
        integers = model.raw_input(shape, signed)
        real = model.node(plain, [model.dequantize(integers, scale, zero_point, signed)], **given)
        to = model.fitting(real, signed)
        model.nodes.clear()
        model.constants.clear()
        parameters = model.parameters(scale, zero_point, signed) + model.parameters(*to, signed)
        model.raw_output(model.node(op, [integers, *parameters], domain=MICROSOFT, **given), signed, *to)
        return model, f"{op} {given} {shape}"

    return build


def uniform(low, high):
    return lambda rng: float(np.float32(rng.uniform(low, high)))


def alpha(low, high):
    return lambda rng, number: {} if number % 4 == 0 else {"alpha": uniform(low, high)(rng)}


def slope_and_offset(rng, number):
    return {} if number % 4 == 0 else {"alpha": uniform(0.05, 0.5)(rng), "beta": uniform(0.2, 0.8)(rng)}


def gelu_attributes(rng, number):
    return {"approximate": "tanh"} if number % 4 == 3 else {}


def gelu_domain(number):
    return MICROSOFT if number < 6 else ""


def gelu_attributes_of_domain(rng, number):
    return {} if number < 6 else gelu_attributes(rng, number)


OPERATORS = {
    "Sigmoid": (function("Sigmoid", domain=(-12, 12)), 12),
    "Tanh": (function("Tanh", domain=(-6, 6)), 12),
    "LeakyRelu": (function("LeakyRelu", alpha(0.01, 0.9)), 12),
    "Elu": (function("Elu", alpha(0.3, 2)), 12),
    "HardSigmoid": (function("HardSigmoid", slope_and_offset, domain=(-8, 8)), 12),
    "HardSwish": (function("HardSwish", domain=(-12, 12)), 12),
    "Gelu": (function("Gelu", gelu_attributes_of_domain, (-8, 8), gelu_domain, lambda n: 17 if n < 6 else 20), 14),
    "FastGelu": (function("FastGelu", domain=(-8, 8), domain_of_set=lambda number: MICROSOFT), 10),
    "Erf": (function("Erf", domain=(-4, 4)), 12),
    "Exp": (function("Exp", domain=EXPONENT), 12),
    "Sqrt": (function("Sqrt", domain=POSITIVE), 12),
    "Softplus": (function("Softplus", domain=(-12, 12)), 12),
    "QLinearSigmoid": (qlinear("QLinearSigmoid"), 12),
    "QLinearLeakyRelu": (qlinear("QLinearLeakyRelu", lambda rng: {"alpha": uniform(0.01, 0.9)(rng)}), 12),
}
# Less frequent ones.
for name, given, interval in [
        ("Abs", {}, WIDE), ("Ceil", {}, WIDE), ("Celu", {"alpha": 0.75}, (-8, 8)), ("Cos", {}, (-8, 8)),
        ("Floor", {}, WIDE), ("Neg", {}, WIDE), ("Round", {}, WIDE), ("Selu", {}, (-8, 8)), ("Sin", {}, (-8, 8)),
        ("Softsign", {}, (-12, 12)), ("Log", {}, POSITIVE), ("Reciprocal", {}, POSITIVE), ("Mish", {}, (-8, 8))]:
    if name == "Mish":
        OPERATORS[name] = (function(name, domain=interval, opset=lambda number: 18), 10)
    else:
        OPERATORS[name] = (function(name, lambda rng, number, given=given: given, interval), 10)
