"""Builds one QDQ model and what ONNX Runtime computes for it."""
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh

ort.set_default_logger_severity(3)
MICROSOFT = "com.microsoft"
LOWEST_SCALE, HIGHEST_SCALE = 1e-3, 0.3


def integer_type(signed):
    return np.int8 if signed else np.uint8


def limits(signed):
    return (-128, 127) if signed else (0, 255)


class Model:
    """Nodes in order; float values are names. `floating`: the model's inputs and outputs are float32, not integers."""

    def __init__(self, rng, floating=False, opset=17):
        self.rng, self.floating, self.opset = rng, floating, opset
        self.nodes, self.constants, self.inputs, self.outputs, self.values = [], {}, [], [], []
        self.data = {}
        self.signed_activations = False

    def random_scale(self, low=LOWEST_SCALE, high=HIGHEST_SCALE):
        return np.float32(np.exp(self.rng.uniform(np.log(low), np.log(high))))

    def random_zero_point(self, signed):
        """An end of the range in one of four."""
        low, high = limits(signed)
        return int(self.rng.choice([low, high])) if self.rng.random() < 0.25 else int(self.rng.integers(low, high + 1))

    def constant(self, value, name=None):
        name = name or f"c{len(self.constants)}"
        self.constants[name] = np.asarray(value)
        return name

    def node(self, op, inputs, outputs=1, domain="", **attributes):
        names = [f"v{len(self.nodes)}" + (f"_{i}" if outputs > 1 else "") for i in range(outputs)]
        self.nodes.append(h.make_node(op, inputs, names, f"{op}_{len(self.nodes)}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def quantize(self, value, scale, zero_point, signed):
        return self.node("QuantizeLinear", [value, *self.parameters(scale, zero_point, signed)])

    def parameters(self, scale, zero_point, signed):
        return [self.constant(np.float32(scale)), self.constant(integer_type(signed)(zero_point))]

    def dequantize(self, integers, scale, zero_point, signed):
        return self.node("DequantizeLinear", [integers, *self.parameters(scale, zero_point, signed)])

    def integers(self, shape, signed):
        """Every integer of the range, then random ones, in random order."""
        self.signed_activations |= signed
        low, high = limits(signed)
        size = int(np.prod(shape))
        every = np.arange(low, high + 1)[: size]
        rest = self.rng.integers(low, high + 1, size - len(every))
        return self.rng.permutation(np.concatenate([every, rest])).astype(integer_type(signed)).reshape(shape)

    def raw_input(self, shape, signed):
        """An integer input of the model."""
        name = f"x{len(self.inputs)}"
        self.data[name] = self.integers(shape, signed)
        self.inputs.append(h.make_tensor_value_info(name, T.INT8 if signed else T.UINT8, shape))
        return name

    def input(self, shape, scale, zero_point, signed):
        """A quantized input, dequantized. Where the model's inputs are float, some lie outside the range."""
        if not self.floating:
            return self.dequantize(self.raw_input(shape, signed), scale, zero_point, signed)
        name = f"x{len(self.inputs)}"
        spread = self.integers(shape, signed) - np.float32(zero_point)
        data = (spread * 1.1 + self.rng.uniform(-0.45, 0.45, shape)) * scale
        self.data[name] = data.astype(np.float32)
        self.inputs.append(h.make_tensor_value_info(name, T.FLOAT, shape))
        return self.dequantize(self.quantize(name, scale, zero_point, signed), scale, zero_point, signed)

    def range_of(self, value):
        result = self.run(self.proto([value], T.FLOAT), optimized=False)[0]
        finite = result[np.isfinite(result)]
        return float(finite.min()), float(finite.max())

    def fitting(self, value, signed, coverage=None):
        """A scale and zero point that hold `coverage` of the values' range, and 0: below 1, both ends saturate."""
        low, high = self.range_of(value)
        if coverage is None:  # one in three is a plain fraction, where halves to round are more frequent
            plain = self.rng.random() < 1 / 3
            coverage = self.rng.choice([0.5, 0.8, 1.0]) if plain else self.rng.uniform(0.5, 1.2)
        outside = (high - low) * (1 - coverage) / 2
        low, high = min(low + outside, 0), max(high - outside, 0)
        scale = np.float32(np.clip((high - low) / 255, LOWEST_SCALE, HIGHEST_SCALE))
        first, last = limits(signed)
        return scale, int(np.clip(round(first - low / scale), first, last))

    def output(self, value, scale, zero_point, signed):
        self.raw_output(self.quantize(value, scale, zero_point, signed), signed, scale, zero_point)

    def raw_output(self, integers, signed, scale, zero_point):
        """An integer tensor as an output; dequantized where the model's outputs are float."""
        if self.floating:
            self.outputs.append((self.dequantize(integers, scale, zero_point, signed), T.FLOAT))
        else:
            self.outputs.append((integers, T.INT8 if signed else T.UINT8))

    def proto(self, names=None, kind=None):
        outputs = [(name, kind) for name in names] if names else self.outputs
        infos = [h.make_tensor_value_info(name, element, None) for name, element in outputs]
        initializers = [nh.from_array(value, name) for name, value in self.constants.items()]
        graph = h.make_graph(self.nodes, "g", self.inputs, infos, initializers, value_info=self.values)
        domains = [h.make_opsetid("", self.opset)]
        if any(node.domain == MICROSOFT for node in self.nodes):
            domains.append(h.make_opsetid(MICROSOFT, 1))
        model = h.make_model(graph, opset_imports=domains)
        model.ir_version = 8
        return model

    def run(self, model, optimized, integer=True):
        """`optimized`: integer kernels where ONNX Runtime has them, also of int8 activations where `integer` is set."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        levels = ort.GraphOptimizationLevel
        options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimized else levels.ORT_DISABLE_ALL
        if not (integer and self.signed_activations):
            # Products of u8 and s8 without 16-bit sums, which saturate on processors without VNNI. It breaks Conv of
            # s8 and s8 in ONNX Runtime 1.32, whose sums are exact.
            options.add_session_config_entry("session.x64quantprecision", "1")
        if integer:
            options.add_session_config_entry("session.qdqisint8allowed", "1")
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run(None, self.data)

    def finished(self):
        """The model with its outputs' shapes, and the outputs of integer and of float execution."""
        model = self.proto()
        integer = self.run(model, optimized=True)
        default = self.run(model, optimized=True, integer=False)
        real = self.run(model, optimized=False)
        for info, value in zip(model.graph.output, integer):
            info.CopyFrom(h.make_tensor_value_info(info.name, info.type.tensor_type.elem_type, value.shape))
        return model, integer, default, real
