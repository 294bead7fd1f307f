"""Models: from 256×128 uint8 pixels to coefficients, onnxruntime, one thread; the estimator against the predecessor's.

The estimator's time includes forming its cells.

The predecessor's architecture is exported with weights at random: they do not change the time.
"""

import json

import numpy as np
import onnxruntime
from measure import in_turn, ratio, save, spread

from lightprobe.export import cost
from lightprobe.export.graph import feeds, to_onnx
from lightprobe.models import build
from lightprobe.runtime.estimator import PRETRAINED

ROUNDS = 400


def session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def main() -> None:
    about = json.loads((PRETRAINED / "manifest.json").read_text())
    shipped = (PRETRAINED / "model.onnx").read_bytes()
    predecessor = build("mobilenet_v2", width=0.5).eval()
    graph = to_onnx(predecessor)
    serialized = graph.SerializeToString()
    image = np.random.default_rng(0).integers(0, 256, (1, 128, 256, 3), np.uint8)
    planes = about["input"]["planes"]
    runs = {
        "surroundings, curve unknown": (session(shipped), "auto"),
        "surroundings, sRGB given": (session(shipped), "srgb"),
        "mobilenet_v2 0.5": (session(serialized), "auto"),
    }
    times = in_turn(
        {
            name: lambda runner=runner, response=response: runner.run(
                None, feeds(runner.get_inputs()[0].name, image, response, planes)
            )
            for name, (runner, response) in runs.items()
        },
        rounds=ROUNDS,
    )
    small = {"parameters": about["parameters"], "macs": about["macs"], "bytes": len(shipped)}
    large = {
        "parameters": sum(weight.numel() for weight in predecessor.parameters()),
        "macs": cost.multiply_adds(serialized, ["auto"]),
        "bytes": len(serialized),
    }
    save(
        "models",
        {
            "onnxruntime": onnxruntime.__version__,
            "graphs": {
                name: {"time": spread(values), **(large if name.startswith("mobilenet") else small)}
                for name, values in times.items()
            },
            "times faster than mobilenet_v2 0.5": ratio(
                times["mobilenet_v2 0.5"], times["surroundings, curve unknown"]
            ),
        },
    )


if __name__ == "__main__":
    main()
