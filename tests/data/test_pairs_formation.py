"""What is formed: the laws of light hold between job, picture and truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lightprobe.data.display import block_sums

from lightprobe.camera import downsample, exposure, geometry, optics, response
from lightprobe.camera.capture import form, truth
from lightprobe.camera.hdri import Cache, make_hdri
from lightprobe.camera.shot import Job
from lightprobe.data import responses
from lightprobe.errors import ImageError
from lightprobe.imaging import curves
from lightprobe.sphere import LUMINANCE, project, rotate
from lightprobe.sphere.equirect import resize, solid_angles

from .pairs_toys import toy, toy_hdri

PLAIN = Job(scene="toy1", variant=0, width=32, height=16)
HDRI, SUNNY, OTHER = toy_hdri(1), toy_hdri(2, sun=300.0), toy_hdri(3)
SUNNY_JOB = replace(PLAIN, scene="toy2")


def relative(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def test_doubling_the_exposure_doubles_the_truth() -> None:
    one, two = form(SUNNY_JOB, SUNNY), form(replace(SUNNY_JOB, compensation=1.0), SUNNY)
    np.testing.assert_allclose(two.coeffs, 2 * one.coeffs, rtol=2e-9)  # exposures have nine digits
    np.testing.assert_allclose(two.panorama, 2 * one.panorama, rtol=1e-6)
    np.testing.assert_allclose(two.gains, 2 * one.gains, rtol=2e-9)


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_a_turn_by_whole_columns_rolls_the_picture(shape: str) -> None:
    job = replace(SUNNY_JOB, form=shape, curve="camera")
    still, turned = form(job, SUNNY), form(replace(job, yaw=5), SUNNY)
    np.testing.assert_array_equal(turned.picture_srgb, np.roll(still.picture_srgb, 5, axis=1))
    np.testing.assert_array_equal(turned.panorama, np.roll(still.panorama, 5, axis=1))
    np.testing.assert_allclose(turned.coeffs, rotate(still.coeffs, geometry.turn_matrix(5, 32)), atol=1e-12)


@pytest.mark.parametrize("change", [{}, {"yaw": 7}, {"mirror": True}, {"yaw": 11, "mirror": True}])
def test_the_truth_is_that_of_the_turned_panorama(change: dict) -> None:
    """Coefficients turned exactly equal those projected from the whole source, turned as pixels."""
    pair = form(replace(SUNNY_JOB, **change), SUNNY)
    source = toy(2, sun=300.0).astype(np.float64) * pair.gains
    moved = np.roll(source[:, ::-1] if pair.job.mirror else source, 4 * pair.job.yaw, axis=1)
    np.testing.assert_allclose(pair.coeffs, project(moved), rtol=1e-6, atol=1e-7 * np.abs(pair.coeffs).max())


def test_the_panorama_is_the_source_averaged_over_the_sphere() -> None:
    pair = form(SUNNY_JOB, SUNNY)
    expected = resize(toy(2, sun=300.0), 16, 32) * pair.gains
    np.testing.assert_allclose(pair.panorama, expected, rtol=1e-5)


@pytest.mark.parametrize("degrees", [1, 4, 10])
def test_a_tilted_panorama_keeps_its_light(degrees: int) -> None:
    """Also that of a sun of a single pixel, which sampling alone would lose or double."""
    hdri = make_hdri("toy2", toy(2, height=128, sun=3000.0), 32)
    job = replace(SUNNY_JOB, width=64, height=32, tilt=degrees, toward=9, yaw=3, mirror=True)
    pair = form(job, hdri)
    assert relative(project(pair.panorama)[:1], pair.coeffs[:1]) < 0.005
    assert relative(project(pair.panorama), pair.coeffs) < 0.08  # the sun lies anywhere in its pixel of 5.6°
    still = form(replace(job, tilt=0, toward=0, yaw=0, mirror=False), hdri)
    place = geometry.placement_matrix(toward=9, tilt=degrees, mirror=True, yaw=3, width=64)
    np.testing.assert_allclose(pair.coeffs, rotate(still.coeffs, place), atol=1e-9 * np.abs(pair.coeffs).max())


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_convention_a_tilt_lifts_the_centre(shape: str) -> None:
    panorama = np.full((64, 128, 3), 0.1, np.float32)
    panorama[31:33, 63:65] = 0.9  # ahead, on the horizon
    job = replace(PLAIN, tilt=10, form=shape)
    row, column = np.argwhere(form(job, make_hdri("toy1", panorama, 16)).picture_srgb[..., 1] > 120).mean(axis=0)
    assert (8 - 0.5 - row) * 180 / 16 == pytest.approx(10, abs=3)
    assert column == pytest.approx(15.5, abs=0.6)


def test_the_tilted_picture_shows_what_the_tilted_panorama_does() -> None:
    job = replace(PLAIN, tilt=9, toward=5, mirror=True, yaw=20)
    shown = curves.decode(form(replace(job, form="source"), HDRI).picture_srgb, "srgb")
    np.testing.assert_allclose(shown, form(job, HDRI).panorama, rtol=0.15, atol=0.01)


@pytest.mark.parametrize("shape", ["picture", "source"])
def test_an_unclipped_picture_decodes_to_the_truth(shape: str) -> None:
    job = replace(PLAIN, compensation=-1.5, form=shape, mirror=True, yaw=3, tilt=6, toward=8)
    pair = form(job, HDRI)
    assert pair.clipped.max() == 0
    assert relative(project(curves.decode(pair.picture_srgb, "srgb")), pair.coeffs) < 0.01


def test_mixing_adds_light() -> None:
    job = replace(PLAIN, partner="toy2", weight=0.25, partner_turn=6)
    pair = form(job, HDRI, SUNNY)
    light = project(np.roll(toy(2, sun=300.0), 24, axis=1)) / SUNNY.reading.median * SUNNY.scale
    own = project(toy(1)) / HDRI.reading.median * HDRI.scale
    expected = 0.75 * own + 0.25 * light
    scale = pair.coeffs[0, 0] / expected[0, 0]
    np.testing.assert_allclose(pair.coeffs, scale * expected, rtol=1e-6)
    assert relative(project(pair.panorama), pair.coeffs) < 0.05


@pytest.mark.parametrize("curve", ["srgb", "camera", "reinhard", "agx"])
def test_forming_at_the_source_equals_the_plain_way(curve: str) -> None:
    """The table look-up against: encode every source pixel, round to 8 bits, average."""
    for partner in (None, SUNNY):
        job = replace(PLAIN, form="source", curve=curve, compensation=1.0)
        job = replace(job, partner="toy2", weight=0.4, partner_turn=3) if partner else job
        pair = form(job, HDRI, partner)
        light = toy(1).astype(np.float64) * pair.gains
        if partner:
            second = replace(job, scene="toy2", partner="toy1", weight=0.6)
            gains = form(second, SUNNY, HDRI).gains * pair.gains[1] / form(second, SUNNY, HDRI).gains[1]
            ratio = 0.4 / 0.6 * (HDRI.reading.median / HDRI.scale) / (SUNNY.reading.median / SUNNY.scale)
            light = light + np.roll(toy(2, sun=300.0), 12, axis=1) * gains * ratio
        display = np.rint(responses.encode(job, light) * 255)
        expected = np.rint(display.reshape(16, 4, 32, 4, 3).mean(axis=(1, 3)))
        assert np.abs(pair.picture_srgb - expected).max() <= 1
        assert np.mean(pair.picture_srgb == expected) > 0.9  # codes have 11 bits


def test_clipping_happens_where_the_job_says() -> None:
    """A sun of one source pixel clips that pixel only; averaged first, it clips the whole picture pixel."""
    fine, coarse = form(replace(SUNNY_JOB, form="source"), SUNNY), form(SUNNY_JOB, SUNNY)
    assert fine.clipped.max() == pytest.approx(1 / 16)
    assert coarse.clipped.max() == 1
    assert fine.picture_srgb.max() < 255 == coarse.picture_srgb.max()


def test_fixed_exposure_puts_the_median_on_gray() -> None:
    pair = form(replace(SUNNY_JOB, warmth=0.4, tint=-0.2, compensation=2.0), SUNNY)
    assert exposure.quantile(pair.panorama.astype(np.float64) @ LUMINANCE, 0.5) == pytest.approx(0.72, rel=0.06)


def test_protection_darkens_bright_scenes() -> None:
    bright = make_hdri("toy1", toy(1) * np.where(np.arange(128) < 16, 60, 1)[None, :, None].astype(np.float32), 16)
    levels = [form(replace(PLAIN, meter="auto", protection=p), bright).gains[1] for p in (0.0, 0.3, 0.6)]
    assert levels[0] > levels[1] > levels[2]
    with pytest.raises(ValueError, match="expected a meter 'auto' or 'fixed', got 'spot'"):
        exposure.exposure(bright.reading, "spot", 0, 0)


@pytest.mark.parametrize(("warmth", "tint"), [(0.5, 0.0), (-0.3, 0.2)])
def test_white_balance_keeps_the_luminance_of_gray(warmth: float, tint: float) -> None:
    red, green, blue = gains = exposure.balance(warmth, tint)
    assert gains @ LUMINANCE == pytest.approx(1)
    assert np.log2(red / blue) == pytest.approx(warmth)
    assert np.log2(green / np.sqrt(red * blue)) == pytest.approx(tint)


def test_noise_has_the_variance_it_promises() -> None:
    job = replace(PLAIN, width=256, height=128, shot=2e-4, read=2e-3, noise_seed=5)
    flat = np.full((128, 256, 3), 0.4, np.float32)
    noisy = optics.linear_noise(flat, job)
    assert noisy.var() == pytest.approx(2e-4 * 0.4 + 4e-6, rel=0.02)
    assert noisy.mean() == pytest.approx(0.4, rel=1e-3)
    display = optics.display_noise(curves.encode(flat, "srgb"), job)
    assert curves.decode(display, "srgb").var() == pytest.approx(2e-4 * 0.4 + 4e-6, rel=0.03)
    white = np.ones((128, 256, 3), np.float32)
    np.testing.assert_array_equal(optics.display_noise(white, job), white)


def test_blur_keeps_the_mean_and_is_seamless() -> None:
    dot = np.zeros((16, 32, 3), np.float32)
    dot[8, 0] = 1
    blurred = optics.blur(dot, 0.8)
    assert blurred.sum() == pytest.approx(3, rel=1e-5)
    assert blurred[8, 31, 0] == pytest.approx(blurred[8, 1, 0])
    assert blurred[7, 0, 0] == pytest.approx(blurred[8, 1, 0])
    assert optics.blur(dot, 0.0) is dot


def test_jpeg_and_noise_leave_the_truth_alone() -> None:
    clean, dirty = form(SUNNY_JOB, SUNNY), form(replace(SUNNY_JOB, jpeg=60, shot=1e-4, noise_seed=1, blur=0.5), SUNNY)
    np.testing.assert_array_equal(clean.panorama, dirty.panorama)
    np.testing.assert_array_equal(clean.coeffs, dirty.coeffs)
    assert dirty.jpeg is not None
    assert dirty.jpeg.startswith(b"\xff\xd8")
    assert not np.array_equal(clean.picture_srgb, dirty.picture_srgb)


def test_truth_alone_is_the_pairs_own() -> None:
    job = replace(PLAIN, partner="toy3", weight=0.5, tilt=3, toward=4, meter="auto")
    pair = form(job, HDRI, OTHER)
    coeffs, gains = truth(job, HDRI, OTHER)
    np.testing.assert_array_equal(coeffs, pair.coeffs)
    np.testing.assert_array_equal(gains, pair.gains)


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_shrinking_equals_resizing(factor: int) -> None:
    panorama = toy(4, sun=50.0)
    small = downsample.shrink(downsample.planes(panorama), factor)
    np.testing.assert_allclose(np.moveaxis(small, 0, -1), resize(panorama, 64 // factor, 128 // factor), rtol=1e-5)


def test_block_sums() -> None:
    planes = np.random.default_rng(0).integers(0, 256, (2, 8, 12), dtype=np.uint8)
    expected = planes.reshape(2, 2, 4, 3, 4).sum(axis=(2, 4))
    np.testing.assert_array_equal(block_sums(planes, 4), expected)


def test_sources_of_odd_sizes_and_finer_partners_fit() -> None:
    """100 rows for 16: averaged down to 64 first; a partner of another size is met pixel by pixel."""
    odd, coarse = make_hdri("toy1", toy(1, height=100), 16), make_hdri("toy3", toy(3, height=32), 16)
    assert odd.codes.shape == (3, 64, 128)
    job = replace(PLAIN, partner="toy3", weight=0.5, tilt=5, compensation=-1.5)
    shown = curves.decode(form(replace(job, form="source"), odd, coarse).picture_srgb, "srgb")
    np.testing.assert_allclose(shown, form(job, odd, coarse).panorama, rtol=0.15, atol=0.01)


def test_what_cannot_be_an_hdri_is_refused() -> None:
    with pytest.raises(ImageError, match=r"^dark: expected light, got a black panorama; take it out"):
        make_hdri("dark", np.zeros((32, 64, 3), np.float32), 16)
    with pytest.raises(ImageError, match=r"^flat: expected a 2:1 panorama .*got 60×32"):
        make_hdri("flat", np.ones((32, 60, 3), np.float32), 16)
    with pytest.raises(ImageError, match=r"^tiny: expected an HDRI of at least 64×32, got 32×16; fetch a larger"):
        make_hdri("tiny", np.ones((16, 32, 3), np.float32), 32)
    with pytest.raises(ValueError, match=r"expected the HDRIs of job toy1/0000 \(toy1, no partner\), got toy3"):
        form(PLAIN, OTHER)
    with pytest.raises(ValueError, match="expected an HDRI for pictures 16 high, got one for 32; prepare it"):
        form(PLAIN, toy_hdri(1, picture=32))


def test_the_cache_keeps_to_its_budget() -> None:
    loaded: list[str] = []

    def load(slug: str):
        loaded.append(slug)
        return toy_hdri(int(slug))

    cache = Cache(load, budget=int(2.5 * HDRI.nbytes))
    for slug in "1213114":
        cache(slug)
    assert loaded == ["1", "2", "3", "4"]
    cache("3")
    assert loaded == ["1", "2", "3", "4", "3"]


def test_exposure_is_on_the_sphere() -> None:
    zones = np.ones((32, 64, 3))
    zones[:16] = 3.0
    assert exposure.Reading.of(zones).median in (1.0, 3.0)
    assert exposure.quantile(zones[..., 0], 0.25) == 1.0
    assert exposure.log_average(zones[..., 0]) == pytest.approx(np.sqrt(3), rel=1e-3)
    assert solid_angles(32, 64).sum() == pytest.approx(4 * np.pi)
    assert response.GRAY == 0.18
