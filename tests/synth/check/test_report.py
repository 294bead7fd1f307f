"""The gate's report."""

from __future__ import annotations

import json
from pathlib import Path

from lightprobe.imaging.files import read_picture
from lightprobe.synth.check import compare_catalogs, write_gate_report

from .test_gate import SYNTHETIC, catalog


def test_a_report_has_numbers_and_pictures(tmp_path: Path) -> None:
    hdris, worlds = catalog(tmp_path / "hdris", 30.0, "mine"), catalog(tmp_path / "worlds", 3.0, SYNTHETIC)
    gate = compare_catalogs(worlds, hdris)
    write_gate_report(gate, worlds, hdris, tmp_path / "report")
    numbers = json.loads((tmp_path / "report" / "gate.json").read_text())
    assert numbers["passed"] is False
    assert numbers["counts"] == {"indoor": {"real": 5, "synthetic": 5}}
    rows = {row["measure"]: row for row in numbers["comparisons"]}
    assert round(rows["contrast"]["distance"], 1) == -3.3
    page = (tmp_path / "report" / "report.html").read_text()
    assert "Worlds against photographs: not passed" in page
    assert "<td class=far>-3.3" in page
    assert 'src="indoor.png"' in page
    assert read_picture(tmp_path / "report" / "indoor.png").pixels.shape == (2 * 102, 5 * 192, 3)
