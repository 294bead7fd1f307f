"""Predictions from a file: any convention, and files that do not fit."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lightprobe.errors import ImageError
from lightprobe.evaluation.entrants.predictions import read_predictions
from lightprobe.evaluation.scoring.judge import JudgePlan, judge, judge_suite
from lightprobe.evaluation.suites.suite import Suite
from lightprobe.sphere import SH


@pytest.mark.parametrize("convention", ["radiance", "cmgen-radiance", "unity", "arkit"])
def test_predictions_in_any_convention(toys: Suite, predictions_file: Callable[..., Path], convention: str) -> None:
    flat = [SH(item.coeffs).flat(convention, "none") for item in toys.items()]
    path = predictions_file(coeffs=flat, convention=convention)
    result = judge_suite(toys, [read_predictions(path)])
    assert np.abs(result.scores["mine"]["e_rel"]).max() < 1e-9


def test_predictions_with_panoramas_have_a_light(toys: Suite, predictions_file: Callable[..., Path]) -> None:
    panoramas = [item.panorama for item in toys.items()]
    named = predictions_file(panoramas=panoramas, name="theirs")
    found = judge_suite(toys, [read_predictions(named)]).scores["theirs"]
    sunny = ~np.isnan(found["direction_deg"])
    assert sunny.sum() == 24  # two parks, without their unclipped pictures, which have no sun
    assert found["direction_deg"][sunny].max() < 0.1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"coeffs": np.ones((3, 9, 3))}, r"expected coefficients \[39, 9, 3\]"),
        ({"coeffs": np.full((39, 9, 3), np.nan)}, "expected finite coefficients"),
        ({"ids": ["a"] * 39}, "for 1; give each picture once|for 1"),
        ({"ids": None}, "expected an .npz with ids and coeffs, cannot read one: it has no ids"),
        ({"ids": 3}, "cannot read one: ids is not strings, but int64"),
        ({"ids": "a"}, r"expected coefficients \[1, 9, 3\] for as many different ids, got \(39, 9, 3\)"),
        ({"ids": [], "coeffs": np.ones((0, 9, 3))}, "cannot read one: ids is not strings"),
        ({"coeffs": 1.0}, r"expected coefficients \[39, 9, 3\] for as many different ids, got \(\)"),
        ({"coeffs": np.ones((39, 3, 9))}, r"got \(39, 3, 9\)"),
        ({"coeffs": np.ones((39, 27, 1))}, r"got \(39, 27, 1\)"),
        ({"coeffs": ["a"] * 39}, "coeffs is not numbers, but <U1"),
        ({"coeffs": np.ones((39, 9, 3), complex)}, "coeffs is not numbers, but complex128"),
        ({"coeffs": np.array([None] * 39, object)}, "'coeffs' holds Python objects"),
        ({"coeffs": np.full((39, 9, 3), 1e300)}, "more than 1e"),
        ({"panoramas": np.full((39, 32, 64, 3), np.inf)}, "expected finite panoramas"),
        ({"panoramas": "none"}, "panoramas is not numbers"),
        ({"name": "x\x1b[2J"}, "expected a name of up to 80 printable letters, got 'x"),
        ({"name": "x" * 10_000}, "expected a name of up to 80 printable letters"),
        ({"name": 7}, "name is not a string, but int64"),
        ({"panoramas": np.ones((39, 8, 16, 3))}, r"expected panoramas \[39, 32, 64, 3\]"),
    ],
)
def test_wrong_predictions_are_one_line(predictions_file: Callable[..., Path], changes: dict, message: str) -> None:
    path = predictions_file(**changes)
    with pytest.raises(ImageError, match=message) as caught:
        read_predictions(path)
    assert "\n" not in str(caught.value)


def test_files_that_are_no_predictions(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"expected an .npz"):
        read_predictions(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with zipfile.ZipFile(tmp_path / "huge.npz", "w") as archive:
        for name, kind in (("ids", "<U1"), ("coeffs", "<f8")):
            header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': (1000000000000, 9, 3)}}".encode()
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    with pytest.raises(ImageError, match=r"'ids' has the shape \(1000000000000, 9, 3\), but less data"):
        read_predictions(tmp_path / "huge.npz")
    with pytest.raises(ImageError, match=r"expected an .npz"):
        read_predictions(tmp_path / "text.npz")


def test_predictions_cover_a_suite_or_none(toys: Suite, predictions_file: Callable[..., Path]) -> None:
    half = Suite(**{**vars(toys), "shots": toys.shots[:20]})
    mine = read_predictions(predictions_file(half))
    with pytest.raises(ValueError, match="mine: expected predictions for all 39 pictures of toys, got none for 19"):
        judge_suite(toys, [mine])


def test_predictions_for_another_suite(folder: Path, predictions_file: Callable[..., Path]) -> None:
    path = predictions_file(ids=[f"other/{k}" for k in range(39)])
    with pytest.raises(ValueError, match="mine: expected predictions for a suite, got none for any picture"):
        judge(JudgePlan(suites=(str(folder),), predictions=(str(path),)))
