"""Brackets of scenes on which the estimator was not trained, merged, against the picture at 0 EV alone.

    python benchmarks/brackets.py HDRIS [SCENE …]

HDRIS is a folder of HDRIs that holds those of the suite `registry`. Pictures are 512×256, 8 bits, exposed so that the
median luminance is middle gray at 0 EV. Errors are relative irradiance errors ‖Ê − E‖/‖E‖: `alone` of the picture at
0 EV, `lacking` of the merged pictures without an estimate, `merged` of the estimate, `right_level` of the same estimate
with the one factor for all estimated light that suits the truth best, and `complete` of the merged pictures with the
truth where all exposures clip. Writes results/merge.json.
"""

import sys
from pathlib import Path

import numpy as np
from measure import save
from pans import irradiance_norm, quartiles

import lightprobe
from lightprobe.camera import Shot, capture, load_hdri
from lightprobe.camera.capture import Capture
from lightprobe.evaluation.suites.registry import registry_scenes
from lightprobe.imaging import as_picture
from lightprobe.sphere import project
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.surround.brackets import estimate_bracket, merge_bracket

PLAIN_BRACKET = (-2, 0, 2)
BRACKETS = (PLAIN_BRACKET, (-3, 0, 3), (-4, 0, 4), (-4, -2, 0, 2), (-6, -3, 0, 3), (-6, -4, -2, 0, 2))
"""Exposures [EV] whose tone curve is given."""
CURVES = (("srgb", "auto"), ("camera", "auto"))
"""Curves and responses of the plain bracket, beside the given curve of sRGB."""
HELD = 0.3
"""A bracket that lacks at most so much of the irradiance holds the light."""
HEIGHT = 256


def main(folder: Path, slugs: list[str]) -> None:
    """All scenes."""
    estimator, rows = lightprobe.load(), {}
    cases = {_name(stops): ("srgb", "srgb", stops) for stops in BRACKETS}
    cases |= {f"{_name(PLAIN_BRACKET)}, {curve}, unknown": (curve, auto, PLAIN_BRACKET) for curve, auto in CURVES}
    for slug in slugs or [scene["slug"] for scene in registry_scenes()]:
        hdri = load_hdri(slug, folder / f"{slug}.exr", HEIGHT)
        rows[slug] = {}
        for name, (curve, response, stops) in cases.items():
            shot = {"scene": slug, "width": 2 * HEIGHT, "height": HEIGHT, "meter": "fixed", "curve": curve}
            taken = {stop: capture(Shot(compensation=stop, **shot), hdri) for stop in stops}
            rows[slug][name] = errors(estimator, taken, response)
        print(slug, rows[slug], flush=True)
    save("merge", {"summary": {name: summary([row[name] for row in rows.values()]) for name in cases}, "scenes": rows})


def _name(stops: tuple[int, ...]) -> str:
    return " ".join(f"{stop:+d}" if stop else "0" for stop in stops)


def errors(estimator: lightprobe.Estimator, taken: dict[int, Capture], response: str) -> dict[str, float]:
    """The errors of a bracket, by exposure [EV]."""
    truth = taken[0].coeffs
    alone = estimator(taken[0].picture_srgb, response=response).sh.coeffs
    pictures = [as_picture(one.picture_srgb) for one in taken.values()]
    bracket = merge_bracket(pictures, [2.0**stop for stop in taken], response)
    unit = 1 / (bracket.exposures / 2.0 ** np.array(list(taken)))[0]  # exposure of its middle picture
    known = lightprobe.load("plain")(bracket.picture).sh.coeffs / unit
    found = estimate_bracket(estimator, bracket).sh.coeffs / unit
    lost = np.zeros(bracket.picture.pixels.shape) if bracket.picture.white is None else bracket.picture.white
    rest = project(np.where(lost, taken[0].panorama - bracket.picture.pixels / unit, 0), 3)
    lobe = cosine_lobe(3)[:, None]
    added, missing = lobe * (found - known), lobe * (truth - known)
    factor = max((added * missing).sum() / max((added**2).sum(), 1e-12), 0)
    answers = {
        "alone": alone,
        "lacking": known,
        "merged": found,
        "right_level": known + factor * (found - known),
        "complete": known + rest,
    }
    size = irradiance_norm(truth)
    return {name: round(irradiance_norm(coeffs - truth) / size, 4) for name, coeffs in answers.items()}


def summary(cases: list[dict[str, float]]) -> dict[str, object]:
    """Quartiles over all scenes, and over those whose light the bracket holds, and does not hold."""

    def of(part: list[dict[str, float]]) -> dict[str, object]:
        return {kind: quartiles([case[kind] for case in part]) for kind in cases[0]} if part else {}

    held, others = ([case for case in cases if (case["lacking"] <= HELD) is is_held] for is_held in (True, False))
    alone, merged = (float(np.median([case[kind] for case in cases])) for kind in ("alone", "merged"))
    return {
        **of(cases),
        "ratio_of_medians": round(merged / alone, 4),
        "held": {"scenes": len(held), **of(held)},
        "not_held": {"scenes": len(others), **of(others)},
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
