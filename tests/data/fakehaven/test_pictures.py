"""Synthetic HDRIs as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lightprobe.data.fakehaven.pictures import panorama, radiance_hdr
from lightprobe.imaging.files import read_picture


def test_radiance_files_round_trip(tmp_path: Path) -> None:
    radiance = panorama("indoor", 3, 100)
    (tmp_path / "a.hdr").write_bytes(radiance_hdr(radiance))
    read = read_picture(tmp_path / "a.hdr").pixels
    assert (np.abs(read - radiance) <= radiance.max(axis=2, keepdims=True) / 127).all()
