"""Suites by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.evaluation.suites.build import SuitePlan, build_suite
from lightprobe.evaluation.suites.lookup import open_suite, open_suites

from ..conftest import toy_suite


def test_suites_by_name() -> None:
    assert [suite.name for suite in open_suites(["test", "registry"], size=(64, 32))] == [
        "registry",
        "views",
        "analytic",
    ]
    with pytest.raises(
        ValueError, match=r"expected a suite of test, registry, views, analytic, or a folder .* got 'best'"
    ):
        open_suite("best")
    with pytest.raises(ValueError, match="expected a 2:1 size with a multiple of 32 rows, got 100×50"):
        open_suite("registry", size=(100, 50))
    with pytest.raises(ValueError, match="expected the id of a picture in analytic, got 'x'"):
        open_suite("analytic").item("x")


def test_a_folder_has_its_own_seed_and_size(folder: Path) -> None:
    suite = open_suite(folder, seed=9, size=(128, 64))
    assert (suite.name, suite.seed, suite.width, suite.height) == ("toys", 3, 64, 32)


def test_another_suite_of_the_same_name_is_not_dropped_silently(folder: Path, tmp_path: Path) -> None:
    assert len(open_suites([folder, folder])) == 1
    build_suite(SuitePlan(suite=toy_suite(seed=9), more={}), tmp_path / "other")
    with pytest.raises(ValueError, match="expected suites with different names, got another 'toys'; judge it alone"):
        open_suites([folder, tmp_path / "other"])
