"""The most memory that estimating a large picture takes, by kind of file: python benchmarks/bench_memory.py (Linux)

Each file is estimated (plain) by a process of its own, which has estimated a small one of the same kind before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from measure import save
from PIL import Image

from lightprobe.imaging.envmap import write_environment

SAMPLE = Path(__file__).parents[1] / "samples" / "venice_sunset.jpg"
SMALL, LARGE = (512, 256), (8192, 4096)
MEASURED = """
import re, sys
from pathlib import Path
import lightprobe
peak = lambda: 1024 * int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
estimator = lightprobe.load("plain")
estimator(sys.argv[1])
before = peak()
estimator(sys.argv[2])
print(peak() - before)
"""


def write_files(folder: Path, width: int, height: int) -> dict[str, Path]:
    """A picture as a file of each kind."""
    image = Image.open(SAMPLE).convert("RGB").resize((width, height))
    kinds = {"JPEG": "a.jpg", "PNG": "a.png", "WebP": "a.webp", "TIFF": "a.tif"}
    options = {"PNG": {"compress_level": 1}, "TIFF": {"compression": "tiff_lzw"}}
    for kind, name in kinds.items():
        image.save(folder / name, **options.get(kind, {}))
    radiance = (np.asarray(image, np.float32) / 255) ** 2.2
    for kind, name in (("OpenEXR, float32", "b.exr"), ("Radiance HDR", "b.hdr")):
        write_environment(folder / name, radiance)
        kinds[kind] = name
    (folder / "b.pfm").write_bytes(b"PF\n%d %d\n-1.0\n" % (width, height) + radiance[::-1].tobytes())
    return {kind: folder / name for kind, name in {**kinds, "PFM": "b.pfm"}.items()}


def main() -> None:
    """Measure each kind and save bytes per pixel, and how often that is the picture in float32."""
    pixels = LARGE[0] * LARGE[1]
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / "small", Path(name) / "large"]
        for folder in folders:
            folder.mkdir()
        small, large = (write_files(folder, *size) for folder, size in zip(folders, (SMALL, LARGE), strict=True))
        for kind, path in large.items():
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, str(small[kind]), str(path)],
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
                capture_output=True,
                text=True,
                check=True,
            )
            each = int(done.stdout) / pixels
            found[kind] = {"bytes per pixel": round(each, 1), "times float32": round(each / 12, 2)}
    save("memory", {"size": list(LARGE), "peak": found})


if __name__ == "__main__":
    main()
