"""FRAMES and CONVENTIONS against what the compass tests found in the tools themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lightprobe.sphere import CONVENTIONS, FRAMES
from lightprobe.sphere.interop.frames import frame_axes, frame_matrix
from lightprobe.sphere.panorama import equirect

COMPASS = json.loads((Path(__file__).parents[2] / "spec" / "golden" / "frames.json").read_text(encoding="utf-8"))
STORED = {"radiance" if name == "three" else name: stored for name, stored in COMPASS["stored"].items()}
OURS_ALONE = {"irradiance", "cmgen", "cmgen-irradiance", "cmgen-radiance", "blender", "godot", "usd"}
"""Conventions whose coefficients no tool of the compass test stores; conversion.json and the cmgen data hold them."""


def test_the_same_frames() -> None:
    assert set(FRAMES) == set(COMPASS["frames"])


@pytest.mark.parametrize("name", FRAMES)
def test_axes(name: str) -> None:
    frame, matrix = COMPASS["frames"][name], FRAMES[name]
    directions = equirect.directions(512, 1024)
    looks = {"center": directions[256, 512], "right": directions[256, 768], "up": directions[0, 512]}
    for axis, direction in looks.items():
        np.testing.assert_allclose(matrix @ direction, frame[axis], atol=0.01)  # half a pixel
        np.testing.assert_array_equal(np.rint(matrix @ direction), frame[axis])


@pytest.mark.parametrize("name", FRAMES)
def test_handedness(name: str) -> None:
    frame, matrix = COMPASS["frames"][name], FRAMES[name]
    np.testing.assert_array_equal(matrix @ matrix.T, np.eye(3))
    expected = (1 if frame["handedness"] == "right" else -1) * (-1 if frame["mirrored_as_seen"] else 1)
    assert np.linalg.det(matrix) == expected
    assert not matrix.flags.writeable


@pytest.mark.parametrize("name", FRAMES)
def test_axes_by_name(name: str) -> None:
    axes = frame_axes(name)
    assert axes == {axis: COMPASS["frames"][name][axis] for axis in ("center", "right", "up")}
    assert json.loads(json.dumps(axes)) == axes


@pytest.mark.parametrize("name", COMPASS["variants"])
def test_variants_are_well_formed(name: str) -> None:
    axes = [tuple(COMPASS["variants"][name][axis]) for axis in ("center", "right", "up")]
    matrix = frame_matrix(center=axes[0], right=axes[1], up=axes[2])
    np.testing.assert_array_equal(matrix @ matrix.T, np.eye(3))


def test_the_same_conventions() -> None:
    assert set(STORED) == set(CONVENTIONS) - OURS_ALONE


@pytest.mark.parametrize("name", STORED)
def test_matrix(name: str) -> None:
    np.testing.assert_allclose(CONVENTIONS[name].matrix(3), STORED[name]["from_radiance"], atol=1e-12)


@pytest.mark.parametrize("name", STORED)
def test_known_values(name: str) -> None:
    known = STORED[name]["known_value"]
    values = CONVENTIONS[name].matrix(3) @ np.array(known["radiance"])
    np.testing.assert_allclose(values, known["stored"], rtol=0, atol=known["tolerance"])


@pytest.mark.parametrize("name", STORED)
def test_layout(name: str) -> None:
    layout = STORED[name]["layout"]
    assert CONVENTIONS[name].planar == ("planar" in layout or "channel-major" in layout)
    ours, theirs = CONVENTIONS[name].labels(), STORED[name]["names"]
    assert len(ours) == len(theirs) == 9
    if name != "unreal-packed":  # float4 by number there, by the shader's letters here
        assert ours == theirs
