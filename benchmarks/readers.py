"""Reading files that need no new reader, against an older commit: `python benchmarks/readers.py --against COMMIT`.

Both versions are measured in turn, each in a process of its own that estimates a file again and again, from the path to
the coefficients, plain; so whatever else the machine does falls on both. The ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import save
from PIL import Image

ROOT = Path(__file__).parents[1]
LOOP = """
import sys, time, json
import lightprobe
estimator = lightprobe.load("plain")
times = []
for path, rounds in json.loads(sys.argv[1]):
    estimator(path)
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        estimator(path)
        taken.append(time.perf_counter() - start)
    times.append(sorted(taken)[len(taken) // 2])
print(json.dumps(times))
"""
TURNS = 7


def write_files(folder: Path) -> dict[str, tuple[Path, int]]:
    """Files by kind, and how often each is read in a turn."""
    from lightprobe.imaging.formats.exr import write_exr

    rng, sample = np.random.default_rng(0), Image.open(ROOT / "samples" / "venice_sunset.jpg").convert("RGB")
    large, small = sample.resize((4096, 2048)), sample.resize((512, 256))
    files: dict[str, tuple[Path, int]] = {}
    for name, image, suffix, rounds, options in (
        ("JPEG 4096×2048", large, "jpg", 5, {"quality": 90}),
        ("JPEG 512×256", small, "jpg", 60, {"quality": 90}),
        ("PNG 4096×2048", large, "png", 3, {"compress_level": 1}),
        ("PNG 512×256", small, "png", 40, {}),
        ("WebP 512×256", small, "webp", 40, {}),
        ("TIFF 512×256", small, "tif", 60, {"compression": "tiff_lzw"}),
    ):
        path = folder / f"{len(files)}.{suffix}"
        image.save(path, **options)
        files[name] = path, rounds
    radiance = rng.random((512, 1024, 3), dtype=np.float32)
    write_exr(folder / "a.exr", radiance)
    files["OpenEXR 1024×512"] = folder / "a.exr", 15
    pixels = np.concatenate([rng.integers(0, 256, (512, 1024, 3)), np.full((512, 1024, 1), 128)], axis=-1)
    header = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 512 +X 1024\n"
    (folder / "a.hdr").write_bytes(header + pixels.astype(np.uint8).tobytes())
    files["Radiance HDR 1024×512"] = folder / "a.hdr", 20
    return files


def times_of(source: Path, files: dict[str, tuple[Path, int]]) -> list[float]:
    """Median time per file [s] of the package in a source folder."""
    jobs = json.dumps([(str(path), rounds) for path, rounds in files.values()])
    environment = {**os.environ, "PYTHONPATH": str(source), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOOP, jobs], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def main() -> None:
    """Measure both versions in turn and save the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", required=True, help="a commit")
    commit = parser.parse_args().against
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder)
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", folder / "old", commit], cwd=ROOT, check=True)
        try:
            turns = [(times_of(folder / "old" / "src", files), times_of(ROOT / "src", files)) for _ in range(TURNS)]
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", folder / "old"], cwd=ROOT, check=True)
    old, new = (np.array([turn[k] for turn in turns]) for k in (0, 1))
    results = {
        kind: {
            "before_ms": round(float(np.median(old[:, k])) * 1e3, 3),
            "now_ms": round(float(np.median(new[:, k])) * 1e3, 3),
            "ratio": round(float(np.median(new[:, k] / old[:, k])), 3),
            "ratio_quartiles": [round(float(value), 3) for value in np.quantile(new[:, k] / old[:, k], (0.25, 0.75))],
        }
        for k, kind in enumerate(files)
    }
    save("readers", {"against": commit, "turns": TURNS, "files": results})


if __name__ == "__main__":
    main()
