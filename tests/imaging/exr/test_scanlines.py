"""OpenEXR files without compression, read by the OpenEXR library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from lightprobe.imaging.files import read_picture
from lightprobe.imaging.formats.exr.scanlines import encode_exr


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("shape", [(8, 16), (3, 5), (1, 1)])
def test_the_library_reads_the_same_numbers(kind: type, shape: tuple[int, int], tmp_path: Path) -> None:
    radiance = np.random.default_rng(3).gamma(0.3, 40, (*shape, 3)).astype(kind)
    path = tmp_path / "a.exr"
    path.write_bytes(encode_exr(radiance))
    with OpenEXR.File(str(path)) as file:
        pixels, header = file.channels()["RGB"].pixels, file.header()
        assert pixels.dtype == kind
        np.testing.assert_array_equal(pixels, radiance)
        assert header["compression"] == OpenEXR.NO_COMPRESSION
        for window in ("dataWindow", "displayWindow"):
            np.testing.assert_array_equal(header[window], [[0, 0], [shape[1] - 1, shape[0] - 1]])
    np.testing.assert_array_equal(read_picture(path).pixels, radiance.astype(np.float32))
