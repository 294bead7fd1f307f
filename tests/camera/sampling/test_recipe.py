"""Recipes: the same seed draws the same shots, each parameter for itself."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from lightprobe.camera.sampling.recipe import CURVES, ShotRecipe, draw_shot, draw_shots

SIDES = [tuple(f"scene{k}" for k in range(first, 20, 2)) for first in (0, 1)]
POOLS = {f"scene{k}": SIDES[k % 2] for k in range(20)}


def test_same_seed_same_shots_other_seed_others() -> None:
    one, again = draw_shots(ShotRecipe(seed=3), POOLS, 4), draw_shots(ShotRecipe(seed=3), POOLS, 4)
    assert one == again
    assert len({shot.id for shot in one}) == 80
    other = draw_shots(ShotRecipe(seed=4), POOLS, 4)
    assert sum(a.yaw == b.yaw for a, b in zip(one, other, strict=True)) < 8


def test_a_shot_depends_on_nothing_but_its_name() -> None:
    recipe = ShotRecipe(seed=3)
    shots = {shot.id: shot for shot in draw_shots(recipe, POOLS, 4)}
    pool = POOLS["scene6"]
    assert draw_shot(recipe, "scene6", 2, pool) == shots["scene6/0002"]
    longer = {shot.id: shot for shot in draw_shots(recipe, POOLS, 6)}
    assert {key: longer[key] for key in shots} == shots


def test_parameters_are_not_correlated() -> None:
    shots = [shot for seed in range(5) for shot in draw_shots(ShotRecipe(seed=seed), POOLS, 20)]
    names = ("yaw", "mirror", "tilt", "pre_yaw", "weight", "partner_turn", "protection", "compensation", "warmth")
    names += ("tint", "power", "shoulder", "blur", "shot_noise", "read_noise", "jpeg", "variant")
    values = {name: [float(getattr(shot, name)) for shot in shots] for name in names}
    values["curve"] = [float(CURVES.index(shot.curve)) for shot in shots]
    # given or not by the same draw: compare these only where they are given
    together = {
        ("tilt", "pre_yaw"),
        ("weight", "partner_turn"),
        ("protection", "compensation"),
        ("shot_noise", "read_noise"),
    }
    together |= {("power", "shoulder"), ("power", "curve"), ("shoulder", "curve")}
    keys = list(values)
    correlation = np.corrcoef(np.array([values[key] for key in keys]))
    for i, a in enumerate(keys):
        for j, b in enumerate(keys[:i]):
            if (a, b) not in together and (b, a) not in together:
                assert abs(correlation[i, j]) < 0.09, (a, b)  # 4 deviations of 2000 independent pairs
    noisy = np.log([(shot.shot_noise, shot.read_noise) for shot in shots if shot.shot_noise]).T
    assert abs(np.corrcoef(noisy)[0, 1]) < 0.11


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"curves": ("srgb",)}, {"curve", "power", "shoulder", "form"}),
        ({"noisy": 0.0}, {"shot_noise", "read_noise", "noise_seed"}),
        ({"tilted": 1.0}, {"tilt", "pre_yaw"}),
        ({"mixed": 0.0}, {"partner", "weight", "partner_turn"}),
        ({"compressed": 0.0}, {"jpeg"}),
        ({"blurred": 1.0}, {"blur"}),
        ({"form": "picture"}, {"form"}),
    ],
)
def test_an_option_moves_nothing_else(change: dict, moved: set[str]) -> None:
    before, after = (
        draw_shots(ShotRecipe(seed=1), POOLS, 3),
        draw_shots(replace(ShotRecipe(seed=1), **change), POOLS, 3),
    )
    different = {
        key for a, b in zip(before, after, strict=True) for key, value in asdict(a).items() if asdict(b)[key] != value
    }
    assert different <= moved
    assert different


def test_shares_are_kept() -> None:
    shots = draw_shots(ShotRecipe(seed=5, mixed=0.25, tilted=0.4), POOLS, 50)
    assert abs(np.mean([bool(shot.partner) for shot in shots]) - 0.25) < 0.05
    assert abs(np.mean([shot.tilt > 0 for shot in shots]) - 0.4) < 0.06
    assert {shot.curve for shot in shots} == set(CURVES)
    assert {shot.tilt for shot in shots} == set(range(11))
    assert {shot.form for shot in shots if shot.curve in ("srgb", "camera")} == {"source"}
    assert {shot.form for shot in shots if shot.curve == "agx"} == {"picture"}


def test_scenes_are_mixed_with_others_of_their_pool_only() -> None:
    mixed = [shot for shot in draw_shots(ShotRecipe(mixed=1.0), POOLS, 10) if shot.partner]
    assert len(mixed) == 200
    assert all(shot.partner in POOLS[shot.scene] and shot.partner != shot.scene for shot in mixed)
    assert not any(
        shot.partner for shot in draw_shots(ShotRecipe(mixed=1.0), {"scene0": ("scene0",), "scene1": ("scene1",)}, 10)
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ShotRecipe(width=200, height=128),
            "expected a 2:1 picture size, got 200×128; choose for",
        ),
        (lambda: ShotRecipe(curves=("srgb", "log")), "expected curves of srgb, .*camera, got log; name one"),
        (lambda: ShotRecipe(curves=()), "got none; name one"),
        (lambda: ShotRecipe(seed=-1), "expected a seed of 0 or more, got -1"),
        (lambda: ShotRecipe(mixed=1.5), "expected a share from 0 to 1 for mixed, got 1.5"),
        (lambda: ShotRecipe(form="film"), "expected a form of auto, source, picture, got 'film'"),
        (lambda: draw_shots(ShotRecipe(), POOLS, 0), "expected at least 1 variant of each scene, got 0"),
    ],
)
def test_wrong_requests_are_named(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
