"""The page's gallery: worst and best scenes, with what was seen, what was estimated and what was true."""

from __future__ import annotations

import numpy as np

from lightprobe.evaluation.entrants.entrant import TOLD, Contestant, Prediction
from lightprobe.evaluation.report import thumbnails
from lightprobe.evaluation.report.html_tables import text
from lightprobe.evaluation.report.write import number
from lightprobe.evaluation.scoring.judge import Verdict
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS
from lightprobe.evaluation.suites.item import SuiteItem

WORST, BEST = 4, 2
"""Scenes that are shown of each suite, a picture each."""


def gallery(verdict: Verdict, counts: np.ndarray) -> str:
    """Worst and best scenes of the first contestant that is not a baseline, or of the plain projection."""
    contestant = _focus(verdict.contestants)
    errors = np.where(counts, verdict.scores[contestant.key][HEADLINE], np.nan)
    order = [int(place) for place in np.argsort(errors, kind="stable") if not np.isnan(errors[place])]
    best = _first_of_scenes(verdict, order, BEST, set())
    worst = _first_of_scenes(verdict, order[::-1], WORST, {verdict.suite.by_id[id].scene for id in best})
    parts = [
        f"<h4>{title}</h4>{''.join(_case(verdict, contestant, id) for id in ids)}"
        for title, ids in (("Worst", worst), ("Best", best))
        if ids
    ]
    return f"""<h3>Worst and best scenes of {text(contestant.key)}</h3>
<p class="note">Panoramas and glossy spheres (cos<sup>48</sup> lobe) are shown through the AgX curve, diffuse spheres as
sRGB, estimate and truth at one exposure. The error map shows each surface direction: <span class="dark">blue</span> is
lit too dark, <span class="bright">red</span> too bright, full color is the mean irradiance.</p>
{"".join(parts)}"""


def _focus(contestants: list[Contestant]) -> Contestant:
    for wanted in ("model", "predictions"):
        for contestant in contestants:
            if contestant.kind == wanted:
                return contestant
    named = {contestant.name: contestant for contestant in contestants}
    return named.get("plain projection", contestants[0])


def _first_of_scenes(verdict: Verdict, order: list[int], count: int, taken: set[str]) -> list[str]:
    chosen: list[str] = []
    for place in order:
        id = verdict.ids[place]
        scene = verdict.suite.by_id[id].scene
        if scene not in taken and len(chosen) < count:
            taken = taken | {scene}
            chosen.append(id)
    return chosen


def _case(verdict: Verdict, contestant: Contestant, id: str) -> str:
    item, shot = verdict.suite.item(id), verdict.suite.by_id[id]
    guess = contestant.estimate(shot, item.image_srgb, shot.known_response if contestant.mode == TOLD else "auto")
    place = verdict.ids.index(id)
    scores = verdict.scores[contestant.key]
    values = {name: float(scores[name][place]) for name in METRICS}
    line = ", ".join(
        f"{METRICS[name].label} {number(values[name], name)}{_unit(name)}"
        for name in ("e_rel", "gain_stops", "rgb_angle_deg", "direction_deg", "intensity_stops")
        if not np.isnan(values[name])
    )
    about = f"{shot.stratum}, {shot.curve}, {shot.exposure}, {verdict.clipped[place]:.1%} clipped"
    return f"""<article class="case"><h5>{text(shot.scene)} <small>{text(about)}</small></h5><p>{text(line)}</p>
<div class="row">{"".join(_images(item, guess))}</div></article>"""


def _unit(name: str) -> str:
    unit = METRICS[name].unit
    return "" if not unit else unit if unit == "°" else f" {unit}"


def _images(item: SuiteItem, guess: Prediction) -> list[str]:
    exposure = thumbnails.sphere_exposure(item.coeffs)
    shown = [("picture", "pano", thumbnails.picture(item.image_srgb))]
    if guess.panorama is not None:
        shown.append(("estimated surroundings", "pano", thumbnails.panorama(guess.panorama)))
    shown += [
        ("true surroundings", "pano", thumbnails.panorama(item.panorama)),
        ("error map", "pano", thumbnails.error_map(guess.coeffs, item.coeffs)),
        ("diffuse, estimated", "ball", thumbnails.diffuse_sphere(guess.coeffs, exposure)),
        ("diffuse, true", "ball", thumbnails.diffuse_sphere(item.coeffs, exposure)),
    ]
    if guess.panorama is not None:
        shown.append(("glossy, estimated", "ball", thumbnails.glossy_sphere(guess.panorama, exposure)))
    shown.append(("glossy, true", "ball", thumbnails.glossy_sphere(item.panorama, exposure)))
    return [
        f'<figure class="{kind}"><img src="{thumbnails.data_uri(pixels)}" alt="{text(f"{item.shot.scene}: {name}")}">'
        f"<figcaption>{text(name)}</figcaption></figure>"
        for name, kind, pixels in shown
    ]
