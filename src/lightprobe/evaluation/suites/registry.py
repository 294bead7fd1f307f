"""The suite `registry`: HDRIs that anyone can download, CC0, packed into the wheel at 256×128.

fixtures/registry.json says where each comes from; tools/suites/make_registry_suite.py makes it.

Convention of the packed panoramas: 32 logarithmic codes to a stop (steps of 2.2 %, as fine as 8 bits of sRGB at middle
gray), a code per channel; 0 is black. Green is stored as it is, red and blue as differences from green, and each plane
as its second difference over rows and columns, low and high bytes apart. Reading gives the same bits on every machine,
because it needs one table and powers of two only.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from lightprobe._shapes import Float, UInt8
from lightprobe.evaluation.suites.shots import SuiteScene, natural_shots
from lightprobe.evaluation.suites.suite import SIZE, DrawShots, Suite, natural_suite

FIXTURES = Path(__file__).parents[1] / "fixtures"
STEPS = 32
"""Codes to a stop."""
LEAST = -16
"""log2 of the radiance of code 0; darker light becomes black."""
_FRACTIONS = np.array([math.pow(2.0, k / STEPS) for k in range(STEPS)])


def registry_scenes() -> list[dict[str, Any]]:
    """The scenes and their origin: slug, group, stratum, license, origin, file, sha256, source_size."""
    return json.loads((FIXTURES / "registry.json").read_text(encoding="utf-8"))["scenes"]


def registry_radiance(slug: str) -> Float[np.ndarray, "128 256 3"]:
    """One HDRI of the fixture; its median luminance is 1."""
    with np.load(FIXTURES / "registry.npz") as stored:
        return unpack_hdr(stored[slug])


def registry_suite(seed: int, size: tuple[int, int] = SIZE) -> Suite:
    """The suite of these scenes. Raises: ValueError for a size that no suite can have."""
    return registry_natural_suite("registry", "", seed=seed, size=size, draw=natural_shots)


def registry_natural_suite(name: str, kind: str, *, seed: int, size: tuple[int, int], draw: DrawShots) -> Suite:
    """A suite of these scenes with shots of some kind, named so in the sentence about it."""
    rows = registry_scenes()
    *others, last = sorted({row["origin"] for row in rows})
    return natural_suite(
        name,
        [SuiteScene(slug=row["slug"], group=row["group"], stratum=row["stratum"]) for row in rows],
        registry_radiance,
        seed=seed,
        size=size,
        about=f"{kind}{len(rows)} HDRIs (CC0) of {', '.join(others)} and {last}",
        draw=draw,
    )


def pack_hdr(radiance: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "6 h w"]:
    """The bytes of linear radiance from 0 to 2⁴⁰."""
    lit = radiance > 2.0**LEAST
    codes = np.where(lit, np.rint((np.log2(np.where(lit, radiance, 1.0)) - LEAST) * STEPS), 0).astype(np.int32)
    green = codes[..., 1]
    planes = np.stack([codes[..., 0] - green, green, codes[..., 2] - green])
    deltas = np.diff(np.diff(planes, axis=1, prepend=0), axis=2, prepend=0)
    folded = np.where(deltas < 0, -2 * deltas - 1, 2 * deltas)
    return np.concatenate([folded & 255, folded >> 8]).astype(np.uint8)


def unpack_hdr(packed: UInt8[np.ndarray, "6 h w"]) -> Float[np.ndarray, "h w 3"]:
    """The linear radiance again, float32, each channel within half a step."""
    folded = packed[:3].astype(np.int32) | packed[3:].astype(np.int32) << 8
    deltas = np.where(folded & 1, -(folded + 1) // 2, folded // 2)
    planes = deltas.cumsum(axis=2).cumsum(axis=1)
    planes[[0, 2]] += planes[1]
    radiance = np.ldexp(_FRACTIONS[planes % STEPS], planes // STEPS + LEAST)
    return np.ascontiguousarray(np.moveaxis(np.where(planes > 0, radiance, 0), 0, -1), np.float32)
