"""A model folder of the predecessor's size: mobilenet_v2, width 0.5, random weights: they do not change its speed.

python tools/web/make_mobilenet.py --out FOLDER
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

from lightprobe.export.graph import to_onnx
from lightprobe.models import build
from lightprobe.runtime import manifest
from lightprobe.runtime.estimator import PRETRAINED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    model = build("mobilenet_v2", width=0.5).eval()
    graph = to_onnx(model).SerializeToString()
    about = json.loads((PRETRAINED / manifest.NAME).read_text(encoding="utf-8"))
    about |= {
        "name": "mobilenet_v2",
        "files": {"model": "model.onnx"},
        "sha256": {"model": hashlib.sha256(graph).hexdigest()},
        "input": manifest.INPUTS["image"] | {"height": 128, "width": 256},
        "output": {"coeffs": {"convention": "cmgen", "frame": "filament"}, "panorama": None, "curve": None},
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "trained_on": {"scenes": [], "groups": [], "source": "", "licence": ""},
        "metrics": {},
    }
    manifest.check_manifest(about)
    (out / "model.onnx").write_bytes(graph)
    (out / manifest.NAME).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
