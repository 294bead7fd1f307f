"""What is drawn: the same for the same seed, each parameter for itself."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from lightprobe.camera import half_codes, response
from lightprobe.camera.sampling import rng
from lightprobe.camera.shot import CURVES, Job, Recipe, draw, partners, plan
from lightprobe.data.catalog.hdri_files import Source
from lightprobe.imaging.curves import srgb_encode

SOURCES = [
    Source(slug=f"scene{k}", path=Path(f"{k}.exr"), group=f"g{k}", split=("train", "val")[k % 2]) for k in range(20)
]


def test_same_seed_same_jobs_other_seed_others() -> None:
    one, again = plan(Recipe(seed=3), SOURCES, 4), plan(Recipe(seed=3), SOURCES, 4)
    assert one == again
    assert len({job.id for job in one}) == 80
    other = plan(Recipe(seed=4), SOURCES, 4)
    assert sum(a.yaw == b.yaw for a, b in zip(one, other, strict=True)) < 8


def test_a_job_depends_on_nothing_but_its_name() -> None:
    recipe = Recipe(seed=3)
    jobs = {job.id: job for job in plan(recipe, SOURCES, 4)}
    pool = partners(SOURCES)["train"]
    assert draw(recipe, SOURCES[6], 2, pool) == jobs["scene6/0002"]
    longer = {job.id: job for job in plan(recipe, SOURCES, 6)}
    assert {key: longer[key] for key in jobs} == jobs


def test_parameters_are_not_correlated() -> None:
    jobs = [job for seed in range(5) for job in plan(Recipe(seed=seed), SOURCES, 20)]
    names = ("yaw", "mirror", "tilt", "toward", "weight", "partner_turn", "protection", "compensation", "warmth")
    names += ("tint", "power", "shoulder", "blur", "shot", "read", "jpeg", "variant")
    values = {name: [float(getattr(job, name)) for job in jobs] for name in names}
    values["curve"] = [float(CURVES.index(job.curve)) for job in jobs]
    # given or not by the same draw: compare these only where they are given
    together = {("tilt", "toward"), ("weight", "partner_turn"), ("protection", "compensation"), ("shot", "read")}
    together |= {("power", "shoulder"), ("power", "curve"), ("shoulder", "curve")}
    keys = list(values)
    correlation = np.corrcoef(np.array([values[key] for key in keys]))
    for i, a in enumerate(keys):
        for j, b in enumerate(keys[:i]):
            if (a, b) not in together and (b, a) not in together:
                assert abs(correlation[i, j]) < 0.09, (a, b)  # 4 deviations of 2000 independent pairs
    noisy = np.log([(job.shot, job.read) for job in jobs if job.shot]).T
    assert abs(np.corrcoef(noisy)[0, 1]) < 0.11


def test_streams_are_uniform_and_independent() -> None:
    numbers = np.array([[rng.uniform(9, "s", v, name) for v in range(2000)] for name in ("a", "b", "c")])
    assert np.abs(numbers.mean(axis=1) - 0.5).max() < 0.03
    assert np.abs(numbers.var(axis=1) - 1 / 12).max() < 0.006
    assert np.abs(np.corrcoef(numbers) - np.eye(3)).max() < 0.09
    assert np.abs(np.corrcoef(numbers[0, 1:], numbers[0, :-1])[0, 1]) < 0.09


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"curves": ("srgb",)}, {"curve", "power", "shoulder", "form"}),
        ({"noisy": 0.0}, {"shot", "read", "noise_seed"}),
        ({"tilted": 1.0}, {"tilt", "toward"}),
        ({"mixed": 0.0}, {"partner", "weight", "partner_turn"}),
        ({"compressed": 0.0}, {"jpeg"}),
        ({"blurred": 1.0}, {"blur"}),
        ({"form": "picture"}, {"form"}),
    ],
)
def test_an_option_moves_nothing_else(change: dict, moved: set[str]) -> None:
    before, after = plan(Recipe(seed=1), SOURCES, 3), plan(replace(Recipe(seed=1), **change), SOURCES, 3)
    different = {
        key for a, b in zip(before, after, strict=True) for key, value in asdict(a).items() if asdict(b)[key] != value
    }
    assert different <= moved
    assert different


def test_shares_are_kept() -> None:
    jobs = plan(Recipe(seed=5, mixed=0.25, tilted=0.4), SOURCES, 50)
    assert abs(np.mean([bool(job.partner) for job in jobs]) - 0.25) < 0.05
    assert abs(np.mean([job.tilt > 0 for job in jobs]) - 0.4) < 0.06
    assert {job.curve for job in jobs} == set(CURVES)
    assert {job.tilt for job in jobs} == set(range(11))
    assert {job.form for job in jobs if job.curve in ("srgb", "camera")} == {"source"}
    assert {job.form for job in jobs if job.curve == "agx"} == {"picture"}


def test_scenes_are_mixed_on_their_own_side_of_the_split_only() -> None:
    sides = {source.slug: source.split for source in SOURCES}
    mixed = [job for job in plan(Recipe(mixed=1.0), SOURCES, 10) if job.partner]
    assert len(mixed) == 200
    assert all(sides[job.partner] == sides[job.scene] and job.partner != job.scene for job in mixed)
    assert not any(job.partner for job in plan(Recipe(mixed=1.0), SOURCES[:2], 10))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipe(width=200, height=128), "expected a 2:1 size of the pictures, got 200×128; say for example"),
        (lambda: Recipe(curves=("srgb", "log")), "expected tone curves of srgb, .*camera, got log; name one"),
        (lambda: Recipe(curves=()), "got none; name one"),
        (lambda: Recipe(seed=-1), "expected a seed of 0 or more, got -1"),
        (lambda: Recipe(mixed=1.5), "expected mixed to be a share from 0 to 1, got 1.5"),
        (lambda: Recipe(form="film"), "expected a form of auto, source, picture, got 'film'"),
        (lambda: plan(Recipe(), SOURCES, 0), "expected at least 1 variant of each scene, got 0"),
        (lambda: response.camera_white(0.0, 0.6), "expected power and shoulder above 0, got 0.0 and 0.6"),
    ],
)
def test_wrong_requests_are_named(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("power", "shoulder"), [(0.9, 0.6), (0.7, 0.35), (1.15, 0.9)])
def test_cameras_agree_with_srgb_on_gray_and_can_be_undone(power: float, shoulder: float) -> None:
    gray = np.array([0.18])
    assert response.camera_encode(gray, power, shoulder) == pytest.approx(srgb_encode(gray))
    white = response.camera_white(power, shoulder)
    radiance = np.linspace(0, white, 500)
    display = response.camera_encode(radiance, power, shoulder)
    assert (np.diff(display) > 0).all()
    assert display[-1] == pytest.approx(1)
    assert response.camera_encode(np.array([5.0]), power, shoulder)[0] == 1
    np.testing.assert_allclose(response.camera_decode(display, power, shoulder), radiance, atol=1e-12)


def test_codes_are_half_floats() -> None:
    radiance = 2.0 ** np.random.default_rng(0).uniform(-13.9, 15.9, 5000).astype(np.float32)
    np.testing.assert_array_equal(
        half_codes.VALUES[half_codes.codes(radiance)], radiance.astype(np.float16).astype(np.float32)
    )
    assert half_codes.VALUES[half_codes.codes(np.array([0, 1e-9, 1e9], np.float32))].tolist() == [0, 0, 65504]


def test_the_display_table_rounds_as_the_curve_does() -> None:
    steps = ((np.arange(1, 256) - 0.5) / 255) ** 2  # a curve: display = √radiance
    table = half_codes.display_table(steps, 3.0)
    expected = np.rint(255 * np.sqrt(np.minimum(half_codes.VALUES * 3.0, 1)))
    assert np.mean(table == expected) > 0.999
    assert np.abs(table - expected).max() <= 1


def test_the_name_is_the_place() -> None:
    assert Job(scene="dam", variant=7, width=256, height=128).id == "dam/0007"
