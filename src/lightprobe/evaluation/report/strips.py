"""Strips of the page: environment maps of the best, median and worst picture, beside the truth and the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from lightprobe._shapes import Float, UInt8
from lightprobe.evaluation.report.format import environment_text
from lightprobe.evaluation.report.html_tables import escape
from lightprobe.evaluation.report.thumbnails import WIDE, data_uri
from lightprobe.evaluation.scoring.judge import JudgeResult
from lightprobe.imaging.tone import curves

EXPOSURES = (0, -4)
"""Exposures [EV] at which maps are shown."""


def strips_html(result: JudgeResult, found: dict[str, Any]) -> str:
    """Strips of the first model that makes environment maps; empty if none does."""
    models = [entrant for entrant in result.entrants if entrant.kind == "model" and entrant.environment is not None]
    if not found or not models:
        return ""
    model = models[0]
    errors = found["log_rmse_ev"][model.name]
    order = np.argsort(errors, kind="stable")
    parts: list[str] = []
    for title, index in (("Best", order[0]), ("Median", order[len(order) // 2]), ("Worst", order[-1])):
        item = result.suite.item(found["pictures"][index])
        assert item.radiance is not None
        maps = {
            "truth": item.radiance,
            model.name: model.surroundings(item.shot, item.image_srgb),
            "decoded as sRGB": curves.decode(item.image_srgb, "srgb"),
        }
        images = [
            f'<figure class="pano"><img src="{data_uri(exposed(radiance, ev))}" alt="{escape(f"{name}, {ev} EV")}">'
            f"<figcaption>{escape(name)}, {ev} EV</figcaption></figure>"
            for ev in EXPOSURES
            for name, radiance in maps.items()
        ]
        about = f"{item.shot.scene}, {item.shot.exposure}, {environment_text(errors[index], 'log_rmse_ev')} EV"
        parts.append(
            f'<article class="case"><h5>{title} <small>{escape(about)}</small></h5>'
            f'<div class="row">{"".join(images)}</div></article>'
        )
    return "".join(parts)


def exposed(radiance: Float[np.ndarray, "h w 3"], ev: float) -> UInt8[np.ndarray, "m n 3"]:
    """A map as sRGB, clipped at white, at an exposure [EV]."""
    display = curves.encode(np.clip(radiance * np.float32(2.0**ev), 0, 1), "srgb")
    return np.asarray(Image.fromarray(np.rint(255 * display).astype(np.uint8)).resize(WIDE, Image.Resampling.BICUBIC))
