"""Gallery of the page: worst and best scenes, each with its picture, the estimate and the truth."""

from __future__ import annotations

import numpy as np

from lightprobe.evaluation.entrants.entrant import Entrant, Prediction
from lightprobe.evaluation.report import thumbnails
from lightprobe.evaluation.report.format import metric_text
from lightprobe.evaluation.report.html_tables import escape
from lightprobe.evaluation.scoring.judge import JudgeResult
from lightprobe.evaluation.scoring.metrics import HEADLINE, METRICS
from lightprobe.evaluation.suites.item import SuiteItem

WORST, BEST = 4, 2
"""Number of scenes of a suite in the gallery, one picture each."""


def gallery_html(result: JudgeResult, counts: np.ndarray) -> str:
    """Worst and best scenes of the first entrant that is no baseline, or of the plain projection."""
    entrant = _focus(result.entrants)
    errors = np.where(counts, result.scores[entrant.name][HEADLINE], np.nan)
    order = [int(index) for index in np.argsort(errors, kind="stable") if not np.isnan(errors[index])]
    best = _first_of_scenes(result, order, BEST, set())
    worst = _first_of_scenes(result, order[::-1], WORST, {result.suite.by_id[id].scene for id in best})
    parts = [
        f"<h4>{title}</h4>{''.join(_case(result, entrant, id) for id in ids)}"
        for title, ids in (("Worst", worst), ("Best", best))
        if ids
    ]
    return f"""<h3>Worst and best scenes of {escape(entrant.name)}</h3>
<p class="note">Panoramas and glossy spheres (cos<sup>48</sup> lobe) are tone-mapped with AgX, diffuse spheres are sRGB;
estimate and truth have the same exposure. In the error map each point is a surface direction:
<span class="dark">blue</span> is too dark, <span class="bright">red</span> too bright; a full color means an error as
large as the mean irradiance.</p>
{"".join(parts)}"""


def _focus(entrants: list[Entrant]) -> Entrant:
    for kind in ("model", "predictions"):
        for entrant in entrants:
            if entrant.kind == kind:
                return entrant
    named = {entrant.name: entrant for entrant in entrants}
    return named.get("plain projection", entrants[0])


def _first_of_scenes(result: JudgeResult, order: list[int], count: int, taken: set[str]) -> list[str]:
    chosen: list[str] = []
    for index in order:
        id = result.ids[index]
        scene = result.suite.by_id[id].scene
        if scene not in taken and len(chosen) < count:
            taken = taken | {scene}
            chosen.append(id)
    return chosen


def _case(result: JudgeResult, entrant: Entrant, id: str) -> str:
    item, shot = result.suite.item(id), result.suite.by_id[id]
    guess = entrant.answer(shot, item.image_srgb)
    index = result.ids.index(id)
    scores = result.scores[entrant.name]
    values = {name: float(scores[name][index]) for name in METRICS}
    line = ", ".join(
        f"{METRICS[name].label} {metric_text(values[name], name)}{_unit(name)}"
        for name in ("e_rel", "gain_stops", "rgb_angle_deg", "direction_deg", "intensity_stops")
        if not np.isnan(values[name])
    )
    framing = "" if shot.view is None else f"{shot.framing}, "
    about = f"{framing}{shot.stratum}, {shot.curve}, {shot.exposure}, {result.clipped[index]:.1%} clipped"
    return f"""<article class="case"><h5>{escape(shot.scene)} <small>{escape(about)}</small></h5><p>{escape(line)}</p>
<div class="row">{"".join(_images(item, guess))}</div></article>"""


def _unit(name: str) -> str:
    unit = METRICS[name].unit
    return "" if not unit else unit if unit == "°" else f" {unit}"


def _images(item: SuiteItem, guess: Prediction) -> list[str]:
    exposure = thumbnails.ball_exposure(item.coeffs)
    images = [("picture", "pano", thumbnails.picture_thumbnail(item.image_srgb))]
    if guess.panorama is not None:
        images.append(("estimated surroundings", "pano", thumbnails.panorama_thumbnail(guess.panorama)))
    images += [
        ("true surroundings", "pano", thumbnails.panorama_thumbnail(item.panorama)),
        ("error map", "pano", thumbnails.error_map(guess.coeffs, item.coeffs)),
        ("diffuse, estimated", "ball", thumbnails.diffuse_ball(guess.coeffs, exposure)),
        ("diffuse, true", "ball", thumbnails.diffuse_ball(item.coeffs, exposure)),
    ]
    if guess.panorama is not None:
        images.append(("glossy, estimated", "ball", thumbnails.glossy_ball(guess.panorama, exposure)))
    images.append(("glossy, true", "ball", thumbnails.glossy_ball(item.panorama, exposure)))
    return [
        f'<figure class="{kind}"><img src="{thumbnails.data_uri(pixels)}" alt="{escape(f"{item.shot.scene}: {name}")}">'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for name, kind, pixels in images
    ]
