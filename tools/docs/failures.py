"""Draw docs/failures.jpg: the worst picture of each of the ten worst scenes of the suite `registry`, shipped model.

    PYTHONPATH=src python tools/docs/failures.py

A row is the picture, the estimated and the true panorama (AgX), and a white ball in both lights (sRGB); estimate and
truth have the exposure of the truth. The curve is unknown to the model. Prints what docs/failures.md says of each.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import lightprobe
from lightprobe._shapes import UInt8
from lightprobe.evaluation.report.thumbnails import WIDE, ball_exposure, diffuse_ball, panorama_thumbnail
from lightprobe.evaluation.scoring.metrics import TrueLight, score
from lightprobe.evaluation.suites.item import SuiteItem
from lightprobe.evaluation.suites.registry import registry_suite
from lightprobe.runtime import Estimate

DOCS = Path(__file__).parents[2] / "docs"
ROWS, GAP, HEAD, LEFT = 10, 6, 20, 24
PAPER, INK = (250, 250, 248), (40, 40, 40)
TITLES = ("picture", "estimate", "truth", "estimate", "truth")


def row_images(item: SuiteItem, found: Estimate) -> list[UInt8[np.ndarray, "h w c"]]:
    """Picture, panoramas and balls."""
    exposure = ball_exposure(item.coeffs)
    picture = np.asarray(Image.fromarray(item.image_srgb).resize(WIDE, Image.Resampling.LANCZOS))
    panoramas = [panorama_thumbnail(light, exposure) for light in (found.panorama, item.panorama)]
    balls = [diffuse_ball(coeffs, exposure) for coeffs in (np.array(found.sh.coeffs), item.coeffs)]
    return [picture, *panoramas, *balls]


def sheet(rows: list[list[UInt8[np.ndarray, "h w c"]]]) -> Image.Image:
    """All rows, numbered, under the titles."""
    lefts = np.cumsum([LEFT, *(image.shape[1] + GAP for image in rows[0])])
    height = HEAD + len(rows) * (WIDE[1] + GAP)
    page = Image.new("RGB", (int(lefts[-1]), height), PAPER)
    draw = ImageDraw.Draw(page)
    for left, title in zip(lefts, TITLES, strict=False):
        draw.text((int(left) + 2, 4), title, INK)
    for number, images in enumerate(rows):
        top = HEAD + number * (WIDE[1] + GAP)
        draw.text((4, top + WIDE[1] // 2 - 6), str(number + 1), INK)
        for left, pixels in zip(lefts, images, strict=False):
            image = Image.fromarray(np.ascontiguousarray(pixels))
            where = (int(left), top + (WIDE[1] - image.height) // 2)
            page.paste(image, where, image if image.mode == "RGBA" else None)
    return page


def main() -> None:
    estimator, suite = lightprobe.load(), registry_suite(seed=1)
    worst: dict[str, tuple[float, str, list[UInt8[np.ndarray, "h w c"]]]] = {}
    for item in suite.items():
        if not item.shot.headline:
            continue
        found = estimator(item.image_srgb)
        truth = TrueLight.of(item.coeffs, item.panorama)
        scores = score(truth, np.array(found.sh.coeffs), found.panorama, light=found.light)
        error = scores["e_rel"]
        if error > worst.get(item.shot.scene, (0.0,))[0]:
            known = estimator(item.image_srgb, response=item.shot.known_response)
            given = score(truth, np.array(known.sh.coeffs))["e_rel"]
            brightest = found.panorama.max(), item.panorama.max()
            text = (
                f"{item.shot.id}: error {error:.0%} ({given:.0%} with the curve given), "
                f"level {scores['level_stops']:+.1f} stops, uncertainty {found.uncertainty:.1f}, "
                f"direction {scores['direction_deg']:.0f}°, "
                f"brightest cell {brightest[0]:.0f} instead of {brightest[1]:.0f}"
            )
            worst[item.shot.scene] = error, text, row_images(item, found)
    rows = sorted(worst.values(), key=lambda row: -row[0])[:ROWS]
    for number, (_, text, _) in enumerate(rows):
        print(number + 1, text)
    path = DOCS / "failures.jpg"
    sheet([images for _, _, images in rows]).save(path, quality=84, optimize=True)
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
