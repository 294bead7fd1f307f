"""Frames, curves, pairs and processes against an older commit: `python benchmarks/slack.py --against COMMIT`.

Both versions take turns, each in a process of its own. Compared is processor time, for other work on the machine
stretches the time of the clock. Whole processes find their bytecode, as installed packages do.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import save

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "venice_sunset.jpg"
LOOP = """
import json, sys, time
from pathlib import Path
import numpy as np
from PIL import Image
import lightprobe
from lightprobe.camera import HdriCache, ShotRecipe, capture, draw_shot, make_hdri
from lightprobe.data.pairs import write_pair
from lightprobe.imaging import read_picture

sample, scene = sys.argv[1:]
pixels = read_picture(sample).pixels
large = np.asarray(Image.fromarray(pixels).resize((4096, 2048)))
small, full = pixels[:480, :640].copy(), large[400:1480, 1000:2920].copy()
radiance = np.repeat(np.repeat(np.maximum(read_picture(scene).pixels, 0), 2, axis=0), 2, axis=1)[:512, :1024]
hdris = {name: make_hdri(name, np.roll(radiance, shift, axis=1), 128) for name, shift in (("a", 0), ("b", 300))}
shots = [draw_shot(ShotRecipe(seed=0), "a", variant, ("a", "b")) for variant in range(32)]
make = lambda shot: capture(shot, hdris["a"], hdris.get(shot.partner))
estimator = lightprobe.load()
actions = {
    "640x480, fov": (20, lambda: estimator(small, fov=65)),
    "1920x1080, fov": (8, lambda: estimator(full, fov=65)),
    "1024x512, AgX told": (8, lambda: estimator(pixels, response="agx")),
    "1024x512, Filmic told": (8, lambda: estimator(pixels, response="filmic")),
    "1024x512, ACES told": (8, lambda: estimator(pixels, response="aces")),
    "32 pairs in memory": (1, lambda: [make(shot) for shot in shots]),
    "32 pairs written": (1, lambda: [write_pair(make(shot), Path("pairs")) for shot in shots]),
}
found = {}
for name, (rounds, action) in actions.items():
    action()
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        taken.append(time.process_time() - start)
    found[name] = sorted(taken)[len(taken) // 2]
print(json.dumps(found))
"""


def one_turn(source: Path, bytecode: Path) -> dict[str, float]:
    """Processor time [s] of each action, by one version."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment = {
        **kept,
        "PYTHONPATH": str(source / "src"),
        "PYTHONPYCACHEPREFIX": str(bytecode),
        "OPENBLAS_NUM_THREADS": "1",
    }

    def run(*arguments: str) -> str:
        return subprocess.check_output([sys.executable, *arguments], env=environment, cwd=bytecode, text=True)

    def processor_time(*arguments: str) -> float:
        run(*arguments)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    found = json.loads(run("-c", LOOP, str(SAMPLE), str(SAMPLE.with_name("venice_sunset.exr"))))
    command = ("-m", "lightprobe", "estimate", str(SAMPLE))
    found["lightprobe estimate, a process"] = processor_time(*command, "--no-preview")
    found["lightprobe estimate with a preview, a process"] = processor_time(*command)
    return found


def main() -> None:
    """Measure this version and another one in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", required=True, help="a commit")
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        before, bytecode = Path(name) / "before", Path(name) / "bytecode"
        before.mkdir()
        bytecode.mkdir()
        tree = subprocess.run(["git", "-C", ROOT, "archive", options.against, "src"], check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", before], input=tree.stdout, check=True)
        turns = [[one_turn(source, bytecode) for source in (before, ROOT)] for _ in range(options.turns)]
    rows: dict[str, object] = {}
    for action in turns[0][0]:
        old, new = (np.array([turn[number][action] for turn in turns]) * 1e3 for number in (0, 1))
        rows[action] = {
            "before_ms": round(float(np.median(old)), 2),
            "now_ms": round(float(np.median(new)), 2),
            "before to now": [round(float(q), 2) for q in np.quantile(old / new, (0.5, 0.25, 0.75))],
        }
    save("slack", {"against": options.against, "processor time, one thread": rows})


if __name__ == "__main__":
    main()
