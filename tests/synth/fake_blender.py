"""A stand-in for Blender's Python: it speaks as world.worker does, and dies or fails where its world says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FAKE = """#!{python}
import json, os, sys
import numpy as np
job = json.load(open(sys.argv[-1]))
with open({log!r}, "a") as log:
    log.write(" ".join(str(index) for index, _ in job["worlds"]) + "\\n")
def say(line):
    print("noise\\nlightprobe " + json.dumps(dict(line, blender="fake 1")), flush=True)
if not {starts}:
    sys.exit("no module named bpy")
say({{}})
for index, kind in job["worlds"]:
    if index in {crashes}:
        sys.stderr.write("Segmentation fault\\n")
        sys.stderr.flush()
        os.abort()
    if index in {fails}:
        say({{"index": index, "failed": "ValueError: no place"}})
        continue
    rng = np.random.default_rng([job["seed"], index])
    radiance = rng.uniform(0.5, 1.5, (job["height"], job["width"], 3)).astype(np.float32)
    if kind == "outdoor":
        radiance[3, 5] = 90000
    np.savez(os.path.join(job["out"], "%d.npz" % index), radiance=radiance)
    say({{"index": index, "parameters": {{"place": "field", "sun_visible": 1.0}}}})
"""


def fake_blender(
    folder: Path, *, crashes: tuple[int, ...] = (), fails: tuple[int, ...] = (), starts: bool = True
) -> tuple[Path, Path]:
    """A program that stands for Blender's Python, and the file in which it logs the worlds that it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    path, log = folder / "python", folder / "asked.txt"
    text = FAKE.format(python=sys.executable, log=str(log), crashes=crashes, fails=fails, starts=starts)
    path.write_text(text)
    os.chmod(path, 0o755)
    return path, log
