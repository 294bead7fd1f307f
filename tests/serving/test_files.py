"""Types of files, and a page that is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightprobe.errors import LightprobeError
from lightprobe.serving import check_page
from lightprobe.serving.files import PAGE, content_type


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.json", "application/json"),
        ("a.onnx", "application/octet-stream"),
        ("a.npz", "application/octet-stream"),
        ("a.hdr", "image/vnd.radiance"),
        ("a.exr", "image/x-exr"),
        ("a.glb", "model/gltf-binary"),
        ("a.mp4", "video/mp4"),
        ("A.JPG", "image/jpeg"),
        ("LICENSE", "application/octet-stream"),
    ],
)
def test_types(name: str, kind: str) -> None:
    assert content_type(Path(name)) == kind


def test_a_page_that_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(LightprobeError) as caught:
        check_page(tmp_path)
    assert str(caught.value) == (f"no built page in {tmp_path}; run `make page` (needs Node) or install the wheel")
    (tmp_path / "index.html").touch()
    assert check_page(tmp_path) == tmp_path


def test_the_page_lies_in_the_package() -> None:
    assert PAGE.parts[-2:] == ("lightprobe", "page")
