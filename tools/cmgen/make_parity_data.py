"""Small KTX files with cmgen's own coefficients, from the resources of the Open3D wheel.

    python tools/cmgen/make_parity_data.py <folder open3d/resources of the unpacked wheel>

Writes tests/sphere/data/cmgen/*.ktx (faces averaged to 32 × 32, `sh` as it was) and spec/golden/cmgen_parity.json
(errors at full resolution). Get the wheel with `pip download --no-deps open3d-cpu==0.20.0` and unzip it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from lightprobe.sphere.panorama.cubemap import texel_solid_angles

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "sphere"))

import cmgen_parity as parity  # noqa: E402
import ktx  # noqa: E402

SIZE = 32


def reduced(faces: np.ndarray, size: int) -> np.ndarray:
    """Faces averaged by solid angle."""
    block = faces.shape[1] // size
    angle = texel_solid_angles(faces.shape[1])

    def sums(values: np.ndarray) -> np.ndarray:
        return values.reshape(-1, size, block, size, block, values.shape[-1]).sum(axis=(2, 4))

    return sums(faces * angle[..., None]) / sums(angle[None, ..., None])


def main() -> None:
    resources = Path(sys.argv[1])
    data = ROOT / "tests" / "sphere" / "data" / "cmgen"
    data.mkdir(parents=True, exist_ok=True)
    for name, source in parity.REDUCED.items():
        faces = ktx.read(resources / f"{name}_{source}.ktx").levels[0]
        metadata = ktx.read(resources / f"{name}_ibl.ktx").metadata
        ktx.write(data / f"{name}_{source}.ktx", reduced(faces, SIZE), metadata)
    rows = [json.dumps({"name": name, **parity.measure(resources, name)}) for name in parity.REDUCED]
    text = (
        "{\n"
        f' "convention": {json.dumps(parity.CONVENTION)},\n'
        ' "how": "tools/cmgen/make_parity_data.py on open3d/resources of open3d-cpu 0.20.0",\n'
        ' "cases": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"
    )
    (ROOT / "spec" / "golden" / "cmgen_parity.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
