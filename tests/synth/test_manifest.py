"""The files that describe worlds: rows, half or whole floats, damage."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lightprobe.errors import OutputError
from lightprobe.synth import manifest


def kind_of_floats(path: Path) -> type:
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return file.channels()["R"].pixels.dtype.type


@pytest.mark.parametrize(
    ("level", "peak", "expected"),
    [(3.0, 60000.0, np.float16), (3.0, 70000.0, np.float32), (1e-4, 1.0, np.float32)],
)
def test_floats_are_as_long_as_the_light_needs(tmp_path: Path, level: float, peak: float, expected: type) -> None:
    radiance = np.full((16, 32, 3), level, np.float32)
    radiance[2, 2] = peak
    manifest.write_world(tmp_path / "world.exr", radiance)
    assert kind_of_floats(tmp_path / "world.exr") is expected


def test_a_row_says_what_the_world_is() -> None:
    radiance = np.full((64, 128, 3), 2.0, np.float32)
    row = manifest.world_row(7, "indoor", "indoor_1_00007", radiance, {"space": "hall"}, "4.5.15 LTS")
    assert row["median_luminance"] == pytest.approx(2.0)
    assert row["max_mean_ratio"] == pytest.approx(1.0)
    assert row["stratum"] == "indoor"
    other = manifest.world_row(7, "indoor", "indoor_1_00007", 1.001 * radiance, {}, "4.5.15 LTS")
    assert other["radiance_sha256"] != row["radiance_sha256"]
    (entry,) = manifest.catalog_entries([row], {"settings": {"width": 128, "height": 64}})
    assert (entry.tags, entry.glare, entry.group) == (("hall",), 0.03, "indoor_1_00007")


def test_damaged_manifests_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot read the worlds: .*make them again with `lightprobe synth`"):
        manifest.read_worlds(tmp_path)
    (tmp_path / "worlds.jsonl").write_text('{"index": 0}\n[1, 2]\n')
    with pytest.raises(OutputError, match="line 2: expected the row of a world"):
        manifest.read_worlds(tmp_path)


def test_rows_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    manifest.open_worlds(tmp_path / "worlds", {"seed": 1})
    row = {"index": 0, "slug": "a", "file": "../secret.exr"}
    (manifest.row_folder(tmp_path / "worlds") / "00000.json").write_text(json.dumps(row))
    with pytest.raises(OutputError, match="cannot read a row"):
        manifest.finished_rows(tmp_path / "worlds")
