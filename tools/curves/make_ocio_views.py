"""Records what OpenColorIO makes of seeded colors under Blender's configuration, for tests/imaging/test_curves.py.

    python tools/curves/make_ocio_views.py BLENDER/4.5/datafiles/colormanagement

Needs `opencolorio` (PyPI), which the package and its tests do not.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio

GOLDEN = Path(__file__).parents[2] / "tests" / "imaging" / "data" / "ocio_views.npz"
VIEWS = {"srgb": "sRGB", "filmic": "Filmic sRGB", "agx": "AgX Base sRGB"}


def colors(count: int = 2400) -> np.ndarray:
    """Grays, moderate and full saturations, 2^-12 to 2^6; a few with channels that are 0."""
    rng = np.random.default_rng(4)
    values = 2.0 ** rng.uniform(-12, 6, (count, 3))
    third = count // 3
    values[:third] = 2.0 ** (rng.uniform(-12, 6, (third, 1)) + 0.7 * rng.normal(size=(third, 3)))
    values[third : third + 200] = 2.0 ** rng.uniform(-12, 6, (200, 1))
    values[-100:-50, 0] = 0
    values[-50:, 1:] = 0
    return values.astype(np.float32)


def main(folder: Path) -> None:
    config = ocio.Config.CreateFromFile(str(folder / "config.ocio"))
    arrays = {"radiance": colors()}
    for name, space in VIEWS.items():
        picture = arrays["radiance"].copy()
        processor = config.getProcessor("Linear Rec.709", space)
        processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_NONE).applyRGB(picture)
        arrays[name] = np.clip(picture, 0, 1)
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    about = {"views": VIEWS, "blender": "4.5 LTS", "opencolorio": ocio.__version__, "source": "linear Rec.709"}
    np.savez_compressed(GOLDEN, about=np.array(json.dumps(about)), **arrays)
    print(GOLDEN.name, GOLDEN.stat().st_size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="datafiles/colormanagement of a Blender installation")
    main(parser.parse_args().folder)
