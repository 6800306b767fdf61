"""A small convolutional network in numpy: forward, backward and Adam. Arrays are NCHW float32."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _windows(x):
    """[N, C, H, W, 3, 3]: the 3x3 neighbourhood of each pixel, zeros outside."""
    return sliding_window_view(np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))), (3, 3), axis=(2, 3))


def conv3x3(x, w, b):
    y = np.tensordot(_windows(x), w, ([1, 4, 5], [1, 2, 3]))
    return np.ascontiguousarray(y.transpose(0, 3, 1, 2)) + b[:, None, None]


def conv3x3_backward(x, w, dy):
    dw = np.tensordot(dy, _windows(x), ([0, 2, 3], [0, 2, 3]))
    dx = conv3x3(dy, w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3), np.zeros(w.shape[1], np.float32))
    return dx, dw, dy.sum((0, 2, 3))


def depthwise3x3(x, w, b):
    return np.einsum("nchwij,cij->nchw", _windows(x), w[:, 0]) + b[:, None, None]


def depthwise3x3_backward(x, w, dy):
    dw = np.einsum("nchw,nchwij->cij", dy, _windows(x))[:, None]
    dx = depthwise3x3(dy, w[:, :, ::-1, ::-1], np.zeros(w.shape[0], np.float32))
    return dx, dw, dy.sum((0, 2, 3))


def pointwise(x, w, b):
    return np.einsum("nchw,oc->nohw", x, w[:, :, 0, 0], optimize=True) + b[:, None, None]


def pointwise_backward(x, w, dy):
    dw = np.einsum("nohw,nchw->oc", dy, x, optimize=True)[:, :, None, None]
    dx = np.einsum("nohw,oc->nchw", dy, w[:, :, 0, 0], optimize=True)
    return dx, dw, dy.sum((0, 2, 3))


def initial_parameters(rng):
    def he(*shape):
        return (rng.standard_normal(shape) * np.sqrt(2.0 / np.prod(shape[1:]))).astype(np.float32)

    def zeros(n):
        return np.zeros(n, np.float32)

    return {
        "stem.weight": he(16, 1, 3, 3), "stem.bias": zeros(16),
        "depthwise.weight": he(16, 1, 3, 3), "depthwise.bias": zeros(16),
        "pointwise.weight": he(16, 16, 1, 1), "pointwise.bias": zeros(16),
        "conv.weight": he(32, 16, 3, 3), "conv.bias": zeros(32),
        "classifier.weight": he(10, 32), "classifier.bias": zeros(10),
    }


def forward(p, x):
    t = {"x": x}
    t["stem"] = np.maximum(conv3x3(x, p["stem.weight"], p["stem.bias"]), 0)
    t["depthwise"] = np.maximum(depthwise3x3(t["stem"], p["depthwise.weight"], p["depthwise.bias"]), 0)
    t["residual"] = np.maximum(pointwise(t["depthwise"], p["pointwise.weight"], p["pointwise.bias"]) + t["stem"], 0)
    n, c, h, w = t["residual"].shape
    t["pool"] = t["residual"].reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))
    t["conv"] = np.maximum(conv3x3(t["pool"], p["conv.weight"], p["conv.bias"]), 0)
    t["mean"] = t["conv"].mean((2, 3))
    t["logits"] = t["mean"] @ p["classifier.weight"].T + p["classifier.bias"]
    return t


def loss_gradient(logits, labels):
    """Gradient of the mean cross-entropy by the logits."""
    e = np.exp(logits - logits.max(1, keepdims=True))
    e /= e.sum(1, keepdims=True)
    e[np.arange(len(labels)), labels] -= 1
    return e / np.float32(len(labels))


def backward(p, t, dlogits):
    g = {"classifier.weight": dlogits.T @ t["mean"], "classifier.bias": dlogits.sum(0)}
    dmean = dlogits @ p["classifier.weight"]
    pixels = t["conv"].shape[2] * t["conv"].shape[3]
    d = np.where(t["conv"] > 0, dmean[:, :, None, None] / np.float32(pixels), np.float32(0))
    d, g["conv.weight"], g["conv.bias"] = conv3x3_backward(t["pool"], p["conv.weight"], d)
    spread = np.repeat(np.repeat(t["pool"], 2, 2), 2, 3)
    d = np.where((t["residual"] == spread) & (spread > 0), np.repeat(np.repeat(d, 2, 2), 2, 3), np.float32(0))
    dskip = d
    d, g["pointwise.weight"], g["pointwise.bias"] = pointwise_backward(t["depthwise"], p["pointwise.weight"], d)
    d = d * (t["depthwise"] > 0)
    d, g["depthwise.weight"], g["depthwise.bias"] = depthwise3x3_backward(t["stem"], p["depthwise.weight"], d)
    d = (d + dskip) * (t["stem"] > 0)
    _, g["stem.weight"], g["stem.bias"] = conv3x3_backward(t["x"], p["stem.weight"], d)
    return g


def train(images, labels, seed, epochs=90, batch=48, rate=4e-3):
    """Adam with a cosine rate; half of the batches are shifted by at most one pixel each way."""
    rng = np.random.default_rng(seed)
    p = initial_parameters(rng)
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v = {k: np.zeros_like(x) for k, x in p.items()}
    steps = epochs * (len(images) // batch)
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for i in range(len(images) // batch):
            chosen = order[i * batch:(i + 1) * batch]
            padded = np.pad(images[chosen], ((0, 0), (0, 0), (1, 1), (1, 1)))
            dy, dx = rng.integers(0, 3, 2) if rng.random() < 0.5 else (1, 1)
            x = padded[:, :, dy:dy + images.shape[2], dx:dx + images.shape[3]]
            t = forward(p, x)
            g = backward(p, t, loss_gradient(t["logits"], labels[chosen]))
            step += 1
            r = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
            for k in p:
                m[k] = 0.9 * m[k] + 0.1 * g[k]
                v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2
                p[k] = (p[k] - r * (m[k] / (1 - 0.9 ** step)) /
                        (np.sqrt(v[k] / (1 - 0.999 ** step)) + 1e-8)).astype(np.float32)
    return p
