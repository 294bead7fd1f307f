"""Glare: light is moved, not made; its profile is that of the kernel."""

from __future__ import annotations

import numpy as np
import pytest

from lightprobe.camera.hdri import load_hdri
from lightprobe.camera.lens.glare import MOST_SHARE, drawn_share, with_glare
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.sphere.panorama.equirect import directions, solid_angles


def sunny(height: int = 64) -> np.ndarray:
    """A gray panorama with a sun of one pixel."""
    panorama = np.full((height, 2 * height, 3), 0.2, np.float32)
    panorama[height // 4, height // 2] = (50000, 40000, 20000)
    return panorama


def test_each_channel_keeps_its_light() -> None:
    before, angle = sunny(), solid_angles(64, 128)[..., None]
    after = with_glare(before, 0.1)
    np.testing.assert_allclose((after * angle).sum((0, 1)), (before * angle).sum((0, 1)), rtol=1e-6)
    assert 0.9 * 50000 < after[16, 32, 0] < 0.95 * 50000  # a part falls back on the sun itself


def test_glare_falls_off_with_the_angle_and_ends() -> None:
    added = (with_glare(sunny(), 0.1) - sunny())[..., 0]
    away = np.degrees(np.arccos(np.clip(directions(64, 128) @ directions(64, 128)[16, 32], -1, 1)))
    near, far = added[(away > 4) & (away < 6)].mean(), added[(away > 16) & (away < 24)].mean()
    # (25.5)^-.65 (1 - 5/40)² against (400.5)^-.65 (1 - 20/40)²
    assert near / far == pytest.approx((25.5 / 400.5) ** -0.65 * (0.875 / 0.5) ** 2, rel=0.15)
    assert np.all(added[away > 41] == 0)


def test_without_a_bright_light_or_a_share_nothing_changes() -> None:
    even = np.full((32, 64, 3), 0.5, np.float32)
    assert with_glare(even, 0.2) is even
    assert with_glare(sunny(), 0.0).max() == 50000
    with pytest.raises(ValueError, match=r"expected a share of 0 … 0\.4, got 0\.5"):
        with_glare(even, 0.5)


def test_lenses_are_drawn_around_the_median() -> None:
    shares = np.array([drawn_share(0.05, f"world{n}", lens) for n in range(300) for lens in range(2)])
    assert np.median(shares) == pytest.approx(0.05, rel=0.1)
    assert np.log(shares).std() == pytest.approx(0.5, rel=0.15)
    assert len(set(shares)) == 600
    assert drawn_share(0.0, "world", 1) == 0
    assert drawn_share(5.0, "world", 1) == MOST_SHARE
    assert drawn_share(0.05, "world", 1) == drawn_share(0.05, "world", 1)


def test_an_hdri_is_read_through_a_lens(tmp_path) -> None:
    write_exr(tmp_path / "sun.exr", sunny())
    plain, seen = (load_hdri("sun", tmp_path / "sun.exr", 32, share) for share in (0.0, 0.2))
    assert np.linalg.norm(plain.coeffs[0] - seen.coeffs[0]) < 1e-4 * np.linalg.norm(plain.coeffs[0])
    assert np.linalg.norm(plain.coeffs - seen.coeffs) > 1e-3 * np.linalg.norm(plain.coeffs)
