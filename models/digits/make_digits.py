#!/usr/bin/env python3
"""Makes every file of this folder: trains the float network, quantizes it, records what ONNX Runtime computes.

    pip install numpy scikit-learn onnx onnxruntime
    python make_digits.py

Seeds are fixed; the same package versions on the same kind of CPU give the same bytes.
"""

import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import cnn

HERE = pathlib.Path(__file__).resolve().parent
SEED = 7
TEST_IMAGES = 360
INPUT, OUTPUT = "image", "logits"


def data():
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    return train_test_split(images, digits.target, test_size=TEST_IMAGES, random_state=SEED, stratify=digits.target)


def float_model(p):
    conv = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1]}
    node = helper.make_node

    def weights(name):
        return [name + ".weight", name + ".bias"]

    nodes = [
        node("Conv", [INPUT, *weights("stem")], ["stem_out"], "stem", **conv),
        node("Relu", ["stem_out"], ["stem_relu"], "stem_relu"),
        node("Conv", ["stem_relu", *weights("depthwise")], ["depthwise_out"], "depthwise", group=16, **conv),
        node("Relu", ["depthwise_out"], ["depthwise_relu"], "depthwise_relu"),
        node("Conv", ["depthwise_relu", *weights("pointwise")], ["pointwise_out"], "pointwise", kernel_shape=[1, 1]),
        node("Add", ["pointwise_out", "stem_relu"], ["residual_out"], "residual"),
        node("Relu", ["residual_out"], ["residual_relu"], "residual_relu"),
        node("MaxPool", ["residual_relu"], ["pool_out"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["pool_out", *weights("conv")], ["conv_out"], "conv", **conv),
        node("Relu", ["conv_out"], ["conv_relu"], "conv_relu"),
        node("GlobalAveragePool", ["conv_relu"], ["mean_out"], "mean"),
        node("Flatten", ["mean_out"], ["flatten_out"], "flatten", axis=1),
        node("Gemm", ["flatten_out", *weights("classifier")], [OUTPUT], "classifier", transB=1),
    ]
    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", 1, 8, 8])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(v, k) for k, v in p.items()])
    model = helper.make_model(graph, producer_name="intloom", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model


class TrainingImages(CalibrationDataReader):
    def __init__(self, images):
        self.batches = iter(np.array_split(images, len(images) // 32))

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {INPUT: batch}


def run(path, images, int8_allowed=False):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    if int8_allowed:
        options.add_session_config_entry("session.qdqisint8allowed", "1")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]).run([OUTPUT], {INPUT: images})[0]


def output_quantization(model):
    """Scale, zero point and name of the integer tensor behind the model's output."""
    constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    last = next(n for n in model.graph.node if OUTPUT in n.output)
    assert last.op_type == "DequantizeLinear"
    return constants[last.input[1]], constants[last.input[2]]


def check_integer_throughout(model):
    """Every input of a computing node comes from a DequantizeLinear, every output goes to a QuantizeLinear alone."""
    producers = {o: n for n in model.graph.node for o in n.output}
    notation = ("QuantizeLinear", "DequantizeLinear")
    for n in model.graph.node:
        if n.op_type in notation:
            continue
        assert n.op_type != "Relu", n.name
        assert all(producers[i].op_type == "DequantizeLinear" for i in n.input), n.name
        users = [u.op_type for u in model.graph.node if n.output[0] in u.input]
        assert users == ["QuantizeLinear"], (n.name, users)


def accuracy(logits, labels):
    return float((logits.argmax(1) == labels).mean())


def main():
    train_x, test_x, train_y, test_y = data()
    float_path, int8_path = HERE / "digits-float.onnx", HERE / "digits-int8.onnx"
    onnx.save(float_model(cnn.train(train_x, train_y, SEED)), float_path)
    quantize_static(str(float_path), str(int8_path), TrainingImages(train_x), quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
                    extra_options={"ActivationSymmetric": False, "WeightSymmetric": True})
    model = onnx.load(int8_path)
    check_integer_throughout(model)

    float_logits = run(float_path, test_x)
    int8_logits = run(int8_path, test_x, int8_allowed=True)
    default_logits = run(int8_path, test_x)
    for batch in (1, 7):  # the batch dimension is symbolic
        parts = [run(int8_path, test_x[i:i + batch], int8_allowed=True) for i in range(0, 14, batch)]
        assert np.array_equal(np.concatenate(parts), int8_logits[:14])
    scale, zero_point = output_quantization(model)
    quantized = np.rint(int8_logits / scale).astype(np.int64) + zero_point
    assert np.array_equal((quantized - zero_point).astype(np.float32) * scale, int8_logits)

    np.savez(HERE / "digits-test.npz", **{INPUT: test_x})
    np.savez(HERE / "digits-first8.npz", **{INPUT: test_x[:8]})
    np.savez(HERE / "digits-one.npz", **{INPUT: test_x[:1]})
    np.save(HERE / "digits-test-labels.npy", test_y.astype(np.int64))
    np.savez(HERE / "digits-expected.npz", logits=int8_logits, logits_quantized=quantized.astype(np.int8),
             logits_default=default_logits, logits_float=float_logits)

    print(f"accuracy on {len(test_y)} test images: float {accuracy(float_logits, test_y):.4f}, "
          f"int8 {accuracy(int8_logits, test_y):.4f}, int8 with default session {accuracy(default_logits, test_y):.4f}")
    print(f"default session differs in {int((default_logits != int8_logits).sum())} of {int8_logits.size} logits")
    agree = int((int8_logits.argmax(1) == float_logits.argmax(1)).sum())
    print(f"int8 and float agree on the class of {agree} of {len(test_y)} images")
    print(f"output scale {scale!r}, zero point {zero_point!r}; "
          f"max |int8 - float| {np.abs(int8_logits - float_logits).max() / scale:.2f} LSB")


if __name__ == "__main__":
    main()
