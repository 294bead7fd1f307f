"""The validation set: fixed pictures of every held-out scene."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lightprobe.camera.exposure import STANDARD
from lightprobe.imaging.tone import curves
from lightprobe.sphere import LUMINANCE, project
from lightprobe.sphere.panorama.equirect import solid_angles
from lightprobe.training.data.dataset import open_dataset
from lightprobe.training.data.validation_set import CONDITIONS, ValidationSet, condition_label, validation_shot


@pytest.fixture
def validation_set(toys: ModuleType, hdris: Path) -> ValidationSet:
    samples = open_dataset(hdris, toys.toy()).validation[0].samples
    assert isinstance(samples, ValidationSet)
    return samples


def test_every_scene_comes_under_every_condition(validation_set: ValidationSet) -> None:
    assert validation_set.count == len(validation_set.sources) * 3 * 8
    names = [validation_set.condition(number) for number in range(validation_set.count)]
    assert {names.count(name) for name in names} == {len(validation_set.sources) * 3}


def test_exposures_are_what_they_say(validation_set: ValidationSet) -> None:
    """Of the panorama's median luminance over the sphere; zones of 5.6° make it uncertain by some per cent."""
    for number in range(validation_set.count):
        condition = CONDITIONS[number % len(CONDITIONS)]
        exposure = STANDARD[number // len(CONDITIONS) % len(STANDARD)]
        panorama = validation_set(number).panorama
        luminance, angle = panorama @ LUMINANCE, solid_angles(32, 64)
        order = np.argsort(luminance, axis=None)
        area = np.cumsum(angle.ravel()[order])
        median = luminance.ravel()[order[np.searchsorted(area, area[-1] / 2)]]
        assert median == pytest.approx(0.18 * 2**exposure, rel=0.03), condition.key


def test_photographs_clip_where_the_camera_does() -> None:
    forms = {condition.key: validation_shot("scene", condition, 0.5, 128, 64).form for condition in CONDITIONS}
    assert {name for name, form in forms.items() if form == "source"} == {"srgb told", "srgb auto", "camera auto"}


def test_unclipped_pictures_hold_all_of_the_light(validation_set: ValidationSet) -> None:
    """Decoded and projected, they are the truth: eight bits leave far less than the 0.005 that is asked for."""
    numbers = [number for number in range(validation_set.count) if "unclipped" in validation_set.condition(number)]
    assert len(numbers) == len(validation_set.sources) * 3
    for number in numbers:
        sample = validation_set(number)
        assert sample.clipped == 0
        decoded = project(curves.decode(sample.picture_srgb, "srgb"))
        assert np.linalg.norm(decoded - sample.coeffs) / np.linalg.norm(sample.coeffs) < 0.004


def test_a_camera_is_the_same_at_every_validation(validation_set: ValidationSet) -> None:
    number = next(number for number in range(validation_set.count) if validation_set.condition(number) == "camera auto")
    np.testing.assert_array_equal(validation_set(number).picture_srgb, validation_set(number).picture_srgb)
    assert not np.array_equal(validation_set(number).curve, validation_set(number + 3 * len(CONDITIONS)).curve)


def test_partial_pictures_are_scored_where_the_model_takes_them(validation_set: ValidationSet) -> None:
    more = replace(validation_set, partial=True)
    assert more.count == validation_set.count * 9 // 8
    assert str(more.identity()) != str(validation_set.identity())
    keys = [more.condition(number) for number in range(9)]
    assert keys[8] == "srgb fov65 told"
    assert condition_label(keys[8]) == "srgb, fov65, curve given"
    assert more(7).seen is None
    seen = more(8).seen
    assert seen is not None
    half = np.radians(32.5)
    top = np.arctan(np.tan(half) * 3 / 4)
    # solid angle of a pyramid: 4 asin(sin a · sin b) of its half angles
    expected = 4 * np.arcsin(np.sin(half) * np.sin(top)) / (4 * np.pi)
    assert (seen * solid_angles(*seen.shape)).sum() / (4 * np.pi) == pytest.approx(expected, rel=0.05)


def test_keys_are_those_of_published_manifests() -> None:
    """Of version 0.1.0."""
    published = (
        "srgb told, filmic told, agx told, camera auto, srgb auto, filmic auto, reinhard auto, srgb unclipped told"
    )
    assert [condition.key for condition in CONDITIONS] == published.split(", ")


def test_labels_say_a_key_in_words() -> None:
    labels = [condition_label(condition.key) for condition in CONDITIONS]
    assert labels[0] == "srgb, curve given"
    assert labels[3] == "camera, curve unknown"
    assert labels[-1] == "srgb, unclipped, curve given"
    assert len(set(labels)) == len(CONDITIONS)
