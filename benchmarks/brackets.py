"""Brackets: −2, 0 and +2 EV of scenes on which the estimator was not trained, merged, against the middle picture alone.

    python benchmarks/brackets.py HDRIS [SCENE …]

HDRIS is a folder of HDRIs that holds those of the suite `registry`. Pictures are 512×256, 8 bits, exposed so that the
median luminance is middle gray at 0 EV. Errors are relative irradiance errors ‖Ê − E‖/‖E‖. Writes results/merge.json.
"""

import sys
from pathlib import Path

from measure import save
from pans import irradiance_norm, quartiles

import lightprobe
from lightprobe.camera import Shot, capture, load_hdri
from lightprobe.evaluation.suites.registry import registry_scenes
from lightprobe.imaging import as_picture
from lightprobe.surround.brackets import estimate_bracket, merge_bracket

STOPS = (-2, 0, 2)
HEIGHT = 256


def main(folder: Path, slugs: list[str]) -> None:
    """All scenes."""
    estimator, rows = lightprobe.load(), {}
    for slug in slugs or [scene["slug"] for scene in registry_scenes()]:
        hdri, row = load_hdri(slug, folder / f"{slug}.exr", HEIGHT), {}
        for curve, response in (("srgb", "srgb"), ("srgb", "auto"), ("camera", "auto")):
            shot = {"scene": slug, "width": 2 * HEIGHT, "height": HEIGHT, "meter": "fixed", "curve": curve}
            taken = [capture(Shot(compensation=stop, **shot), hdri) for stop in STOPS]
            truth = taken[1].coeffs
            pictures = [as_picture(one.picture_srgb) for one in taken]
            middle = estimator(taken[1].picture_srgb, response=response).sh.coeffs
            merged = merge_bracket(pictures, [2.0**stop for stop in STOPS], response)
            found = estimate_bracket(estimator, merged).sh.coeffs
            plain = lightprobe.load("plain")(merged.picture).sh.coeffs
            name, size = f"{curve}, {'given' if response == curve else 'unknown'}", irradiance_norm(truth)
            errors = [round(irradiance_norm(coeffs - truth) / size, 4) for coeffs in (middle, plain, found)]
            row[name] = dict(zip(("middle", "merged_plain", "merged"), errors, strict=True))
        rows[slug] = row
        print(slug, row, flush=True)
    summary = {}
    for name in next(iter(rows.values())):
        cases = [row[name] for row in rows.values()]
        summary[name] = {kind: quartiles([case[kind] for case in cases]) for kind in cases[0]}
        summary[name]["ratio_of_medians"] = round(
            summary[name]["merged"]["median"] / summary[name]["middle"]["median"], 4
        )
    save("merge", {"summary": summary, "scenes": rows})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
