"""Times Intloom beside ONNX Runtime and beside itself: pairs of runs in turn, medians, ratios.

Called by tools/bench.sh, which makes the environment. Every pair is measured alternately, A B A B ..., so that what
else the machine does meets both alike; a ratio is the median of the ratios of neighbours.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import time

import numpy
import onnxruntime

# Model, machine, batches.
MODELS = {
    "MobileNetV2": ("mobilenetv2-qdq.onnx", "edge_16x16", (1, 32)),
    "EfficientNet-Lite0": ("efficientnet-lite0-qdq-u8s8.onnx", "edge_16x16", (1, 32)),
    "ResNet-50": ("resnet50-random-qdq-u8s8.onnx", "edge_32x32", (1, 32)),
    "SiLU detector": ("silu-detector-480x640-qdq-s8s8.onnx", "edge_32x32", (1,)),
}


class Intloom:
    """One setting of bench_fast_fidelity; every call runs it once."""

    def __init__(self, program, model, machine, mode, threads=1, batch=1):
        command = [program, model, machine, mode, str(threads), str(batch)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.cycles = 0

    def __call__(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("bench_fast_fidelity has ended; see its message above")
        milliseconds, cycles = line.split()
        self.cycles = int(cycles)
        return float(milliseconds)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class OnnxRuntime:
    """The same model in ONNX Runtime's own int8 kernels, also where activations are s8; every call is one run of the
    batch."""

    def __init__(self, model, threads=1, batch=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.qdqisint8allowed", "1")
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        given = self.session.get_inputs()[0]
        self.name = given.name
        fixed = isinstance(given.shape[0], int)
        shape = [d if isinstance(d, int) else 1 for d in given.shape]
        if not fixed:
            shape[0] = batch
        self.runs = batch if fixed else 1  # a model of fixed batch runs image by image
        self.input = numpy.random.RandomState(0).rand(*shape).astype(numpy.float32)

    def __call__(self):
        begin = time.perf_counter()
        for _ in range(self.runs):
            self.session.run(None, {self.name: self.input})
        return 1000 * (time.perf_counter() - begin)

    def close(self):
        pass


def alternate(ours, theirs, seconds):
    """Median milliseconds of each, and the median ratio of neighbours."""
    ours(), theirs()  # caches, packed weights
    pairs = []
    end = time.time() + seconds
    while len(pairs) < 5 or (time.time() < end and len(pairs) < 200):
        pairs.append((ours(), theirs()))
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
        len(pairs),
    )


def row(table, what, ours, theirs, ratio, note=""):
    table.append({"what": what, "intloom_ms": ours, "other_ms": theirs, "ratio": ratio, "note": note})
    other = f"{theirs:10.2f}" if theirs is not None else " " * 10
    quotient = f"{ratio:8.2f}" if ratio is not None else " " * 8
    print(f"{what:<52}{ours:10.2f}{other}{quotient}  {note}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--intloom", required=True, help="bench_fast_fidelity")
    parser.add_argument("--models", required=True, help="folder of the .onnx models")
    parser.add_argument("--json", help="where the numbers go")
    parser.add_argument("--seconds", type=float, default=6, help="for each pair (default: 6)")
    options = parser.parse_args()
    table = []
    print(f"{'':<52}{'intloom':>10}{'other':>10}{'ratio':>8}")
    print(f"{'':<52}{'ms':>10}{'ms':>10}")
    for name, (file, machine, batches) in MODELS.items():
        model = os.path.join(options.models, file)
        if not os.path.exists(model):
            print(f"{name}: skipped, there is no {model}")
            continue
        for threads, batch in ((threads, batch) for threads in (1, 2) for batch in batches):
            ours = Intloom(options.intloom, model, machine, "values", threads, batch)
            theirs = OnnxRuntime(model, threads, batch)
            a, b, ratio, runs = alternate(ours, theirs, options.seconds)
            what = f"{name}, an image, batch {batch}, {threads} thread{'s' if threads > 1 else ''}"
            row(table, what, a / batch, b / batch, ratio, f"against ONNX Runtime, {runs} pairs")
            ours.close()
        for batch in batches:
            one = Intloom(options.intloom, model, machine, "values", 1, batch)
            two = Intloom(options.intloom, model, machine, "values", 2, batch)
            a, b, ratio, runs = alternate(two, one, options.seconds)
            row(table, f"{name}, batch {batch}, 2 threads against 1", a / batch, b / batch, ratio,
                f"{1 / ratio:.2f} times as fast")
            one.close(), two.close()
        one = Intloom(options.intloom, model, machine, "values", 1, 1)
        one()
        clocked = Intloom(options.intloom, model, machine, "clocked")
        clocked_ms = clocked()
        fast_ms = one()
        row(table, f"{name} on {machine}, fast against cycle fidelity", fast_ms, clocked_ms, fast_ms / clocked_ms,
            f"{clocked.cycles:,} cycles; {clocked.cycles / fast_ms / 1e3:,.0f} and "
            f"{clocked.cycles / clocked_ms / 1e3:,.2f} M cycles/s")
        one.close(), clocked.close()
        point = Intloom(options.intloom, model, machine, "cycles")
        point()
        times = sorted(point() for _ in range(15))
        row(table, f"{name} on {machine}, one design point", times[len(times) // 2], None, None,
            f"cycles only; {point.cycles / times[len(times) // 2] / 1e3:,.0f} M cycles/s")
        point.close()
    if options.json:
        os.makedirs(os.path.dirname(options.json), exist_ok=True)
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                       "onnxruntime": onnxruntime.__version__, "rows": table}, file, indent=1)
        print(f"written: {options.json}")


if __name__ == "__main__":
    main()
