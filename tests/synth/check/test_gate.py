"""The gate on measures and catalogs that are known to agree, or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lightprobe.data.catalog.table import SYNTHETIC, Entry, write_catalog
from lightprobe.imaging.formats.exr import write_exr
from lightprobe.synth.check.gate import Comparison, Gate, compare_catalogs, compare_measures
from lightprobe.synth.check.statistics import MEASURES, SUN_MEASURES


def panorama(seed: int, peak: float) -> np.ndarray:
    radiance = np.random.default_rng(seed).lognormal(0, 0.3, (64, 128, 3)).astype(np.float32)
    radiance[20, 30:34] = peak
    return radiance


def catalog(folder: Path, peak: float, origin: str, count: int = 5) -> Path:
    folder.mkdir()
    entries = [Entry(slug=f"s{n}", file=f"s{n}.exr", stratum="indoor", origin=origin) for n in range(count)]
    for n, entry in enumerate(entries):
        write_exr(folder / entry.file, panorama(n, peak))
    write_catalog(folder, entries)
    return folder


def measures(value: float, names: tuple[str, ...]) -> dict[str, float]:
    return dict.fromkeys(names, value)


def test_medians_decide() -> None:
    names = (*MEASURES, *SUN_MEASURES)
    real = {"sun": [measures(value, names) for value in (0.0, 1.0, 2.0, 3.0, 9.0)]}
    near = {"sun": [measures(value, names) for value in (-9.0, 2.6, 2.65, 30.0)]}
    made = compare_measures(real, near)
    assert len(made) == len(names)
    assert made[0].real == (1.0, 2.0, 3.0)
    assert made[0].distance == pytest.approx(0.625)
    assert Gate(comparisons=made, counts={"sun": (5, 4)}).passed
    far = {"sun": [measures(value, names) for value in (2.71, 2.71, 2.71, 2.71)]}
    failed = {comparison.measure for comparison in compare_measures(real, far) if not comparison.passed}
    assert failed == set(names) - {"elevation"}  # measured in degrees


def test_few_panoramas_are_not_judged() -> None:
    names = tuple(MEASURES)
    few = {"indoor": [measures(0.0, names)] * 3}
    assert compare_measures(few, few) == ()
    assert not Gate(comparisons=(), counts={"indoor": (3, 3)}).passed


def test_nan_is_left_out_and_nothing_known_fails() -> None:
    names = tuple(MEASURES)
    some = {"indoor": [measures(1.0, names)] * 3 + [measures(float("nan"), names)]}
    assert compare_measures(some, some)[0].real == (1.0, 1.0, 1.0)
    none = {"indoor": [measures(float("nan"), names)] * 4}
    assert not any(comparison.passed for comparison in compare_measures(none, some))


def test_catalogs_of_equal_light_pass_and_others_do_not(tmp_path: Path) -> None:
    hdris = catalog(tmp_path / "hdris", 30.0, "Poly Haven")
    alike, dim = catalog(tmp_path / "alike", 30.0, SYNTHETIC), catalog(tmp_path / "dim", 5.0, SYNTHETIC)
    assert compare_catalogs(alike, hdris).passed
    gate = compare_catalogs(dim, hdris)
    contrast = next(row for row in gate.comparisons if row.measure == "contrast")
    assert contrast.distance == pytest.approx(np.log2(5 / 30), abs=0.05)
    assert not gate.passed
    assert gate.counts == {"indoor": (5, 5)}


def test_folders_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    hdris, worlds = catalog(tmp_path / "hdris", 9.0, "mine"), catalog(tmp_path / "worlds", 9.0, SYNTHETIC)
    with pytest.raises(ValueError, match="expected a catalog with photographs, found none; give the folders in this"):
        compare_catalogs(hdris, worlds)


def test_elevation_is_judged_in_degrees() -> None:
    row = Comparison(stratum="sun", measure="elevation", real=(0.0, 25.0, 40.0), synthetic=(0.0, 34.0, 60.0))
    assert row.passed
