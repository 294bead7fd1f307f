"""Partial pictures on cells: against placing in two steps, on panoramas of which everything is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from makers import noise, smooth

from lightprobe.imaging import Picture, partial
from lightprobe.imaging.cells import CELLS, picture_cells
from lightprobe.imaging.partial import place_on_cells
from lightprobe.imaging.picture import Crop
from lightprobe.imaging.placement import fill, filling, place_perspective
from lightprobe.imaging.tone import curves
from lightprobe.sphere.panorama import equirect


def picture(pixels: np.ndarray, **more: object) -> Picture:
    return Picture(pixels=pixels, is_linear=pixels.dtype.kind == "f", name="test", **more)


def lamps(height: int, width: int) -> np.ndarray:
    """Dim noise, with some channels at white in places."""
    pixels = noise(height, width, 3) // 2
    pixels[height // 4 : height // 2, width // 3 : width // 2, 0] = 255
    pixels[height // 2 :, : width // 8] = 255
    return pixels


def of_cells(found: partial.Placed, curve: str) -> np.ndarray:
    """In the order and units of `picture_cells`."""
    planes = np.concatenate([found.radiance / curves.white(curve), found.white], axis=-1)
    return np.moveaxis(planes, -1, 0)


@pytest.mark.parametrize("curve", ["srgb", "agx"])
def test_a_whole_opaque_picture_has_the_cells_of_a_panorama(curve: str) -> None:
    pixels = lamps(100, 200)
    mask = np.ones((100, 200), bool)
    mask[0, 0] = False
    found = place_on_cells(picture(pixels, seen=mask), curve)
    np.testing.assert_allclose(of_cells(found, curve)[:, 4:], picture_cells(pixels, curve)[:, 4:], atol=1e-5)
    assert found.seen == pytest.approx(1 - equirect.solid_angles(100, 200)[0, 0] / (4 * np.pi), abs=1e-12)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_view_is_the_mean_of_what_it_shows(dtype: type) -> None:
    pixels = lamps(90, 160).astype(dtype)
    pixels = pixels * 257 if dtype == np.uint16 else pixels
    found = place_on_cells(picture(pixels, fov=80.0), "filmic")
    light = pixels if dtype == np.float32 else curves.decode(pixels, "filmic")
    placement = place_perspective(90, 160, 80.0, CELLS)
    sums = placement.sums(light)
    np.testing.assert_allclose(found.radiance, sums + fill(sums, filling(placement.share)), rtol=1e-5)
    white = np.zeros(pixels.shape) if dtype == np.float32 else (pixels == np.iinfo(dtype).max).astype(float)
    np.testing.assert_allclose(found.white, placement.sums(white), atol=1e-6)
    parts = equirect.solid_angles(*CELLS) / (4 * np.pi)
    any_white = placement.sums(white.max(axis=-1, keepdims=True))[..., 0]
    assert found.clipped == pytest.approx((any_white * parts).sum(), abs=1e-7)
    assert found.seen == pytest.approx((placement.share * parts).sum(), abs=1e-12)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("linear", [False, True])
def test_large_views_are_averaged_first_to_the_same_cells(
    masked: bool, linear: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = lamps(700, 900).astype(np.float32) if linear else lamps(700, 900)
    seen = np.mgrid[0:700, 0:900][1] > 300 if masked else None
    whole = place_on_cells(picture(pixels, seen=seen, fov=65.0), "agx")
    monkeypatch.setattr(partial, "MAX_PLACED_PIXELS", 1)
    partial._view_filling.cache_clear()
    found = place_on_cells(picture(pixels, seen=seen, fov=65.0), "agx")
    partial._view_filling.cache_clear()
    for one, other in zip(found, whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * float(np.max(other)))


def test_transparent_pixels_of_a_view_do_not_count() -> None:
    pixels = lamps(90, 160)
    seen = np.mgrid[0:90, 0:160][1] > 50
    found = place_on_cells(picture(pixels, seen=seen, fov=70.0), "srgb")
    painted = np.where(seen[..., None], pixels, np.uint8(255))
    repainted = place_on_cells(picture(painted, seen=seen, fov=70.0), "srgb")
    np.testing.assert_array_equal(repainted.radiance, found.radiance)
    everything = place_on_cells(picture(pixels, fov=70.0), "srgb")
    assert found.clipped < everything.clipped
    assert found.seen == pytest.approx(everything.seen * (160 - 51) / 160, rel=0.1)


def test_a_crop_is_a_panorama_with_the_rest_transparent() -> None:
    pixels = lamps(100, 200)
    mask = np.zeros((100, 200), bool)
    mask[20:70, 30:120] = True
    masked = place_on_cells(picture(pixels, seen=mask), "agx")
    crop = Crop(full_height=100, left=30, top=20)
    found = place_on_cells(picture(np.ascontiguousarray(pixels[20:70, 30:120]), crop=crop), "agx")
    for one, other in zip(found, masked, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


def test_the_light_of_the_unseen_part_is_kept_apart() -> None:
    """A cell is its seen part times the share, plus the light of the unseen part times the rest."""
    crop = Crop(full_height=90, left=11, top=7)
    part = picture(smooth(40, 77), crop=crop)
    found, sums = place_on_cells(part, "srgb"), partial.placed_sums(part, "srgb", CELLS)
    rest = (1 - sums.share)[..., None]
    np.testing.assert_allclose(found.radiance, sums.light + rest * found.unseen, rtol=1e-6)
    np.testing.assert_allclose(found.unseen[0, 0], found.radiance[0, 0])


def test_a_field_of_view_wins_over_a_crop() -> None:
    pixels = smooth(30, 40)
    with_crop = picture(pixels, crop=Crop(full_height=100, left=0, top=0))
    found = place_on_cells(replace(with_crop, fov=60.0), "srgb")
    np.testing.assert_array_equal(found.radiance, place_on_cells(picture(pixels, fov=60.0), "srgb").radiance)


def test_pictures_that_cannot_be_placed() -> None:
    with pytest.raises(ValueError, match="expected a 2:1 panorama"):
        place_on_cells(picture(smooth(30, 40), seen=np.eye(30, 40, dtype=bool)), "srgb")
    with pytest.raises(ValueError, match="expected a horizontal field of view"):
        place_on_cells(picture(smooth(30, 40), fov=171.0), "srgb")
    with pytest.raises(ValueError, match="expected a response of srgb"):
        place_on_cells(picture(smooth(30, 40), fov=60.0), "auto")
