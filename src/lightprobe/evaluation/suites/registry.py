"""The suite `registry`: HDRIs that anyone can download, CC0, packed into the wheel at 256×128.

fixtures/registry.json says where each comes from; tools/suites/make_registry_suite.py makes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.evaluation.suites.hdr_codec import unpack_hdr
from lightprobe.evaluation.suites.shots import SuiteScene
from lightprobe.evaluation.suites.suite import SIZE, Suite, natural_suite

FIXTURES = Path(__file__).parents[1] / "fixtures"


def registry_scenes() -> list[dict[str, Any]]:
    """The scenes and their origin: slug, group, stratum, license, origin, file, sha256, source_size."""
    return json.loads((FIXTURES / "registry.json").read_text(encoding="utf-8"))["scenes"]


def registry_radiance(slug: str) -> Float[np.ndarray, "128 256 3"]:
    """One HDRI of the fixture; its median luminance is 1."""
    with np.load(FIXTURES / "registry.npz") as stored:
        return unpack_hdr(stored[slug])


def registry_suite(seed: int, size: tuple[int, int] = SIZE) -> Suite:
    """The suite of these scenes. Raises: ValueError for a size that no suite can have."""
    rows = registry_scenes()
    *others, last = sorted({row["origin"] for row in rows})
    return natural_suite(
        "registry",
        [SuiteScene(slug=row["slug"], group=row["group"], stratum=row["stratum"]) for row in rows],
        registry_radiance,
        seed=seed,
        size=size,
        about=f"{len(rows)} HDRIs (CC0) of {', '.join(others)} and {last}",
    )
