"""Environments of held-out scenes against the truth, beside plain decoding and inverse tone mapping.

    python benchmarks/environments.py

The scenes of the suite `registry`, on which the shipped model was not trained, at three exposures, 256×128, sRGB. The
inverse tone mapping brightens clipped areas smoothly, up to four times, after Rempel et al., "Ldr2Hdr", SIGGRAPH 2007.
Writes results/environments.json: medians, in how many pictures ours is best, and the coefficients' agreement.
"""

import numpy as np
from measure import save

import lightprobe
from lightprobe.camera import Shot, capture, make_hdri
from lightprobe.camera.exposure import STANDARD
from lightprobe.evaluation.scoring.environments import environment_scores
from lightprobe.evaluation.suites.registry import registry_radiance, registry_scenes
from lightprobe.imaging import decode
from lightprobe.runtime.environment.spread import smoothed
from lightprobe.sphere import project

BOOST, ROUNDS = 3.0, 12


def boosted(pixels: np.ndarray) -> np.ndarray:
    """The inverse tone mapping."""
    mask = (pixels == 255).any(axis=-1, keepdims=True).astype(float)
    for _ in range(ROUNDS):
        mask = smoothed(mask)
    return decode(pixels, "srgb") * (1 + BOOST * mask)


def main() -> None:
    """Compare."""
    estimator, plain = lightprobe.load(), lightprobe.load("plain")
    scores: dict[str, list[dict[str, float]]] = {"lightprobe": [], "lightprobe, auto": [], "plain": [], "boost": []}
    agreement = []
    for scene in registry_scenes():
        hdri = make_hdri(scene["slug"], registry_radiance(scene["slug"]), 128)
        for ev in STANDARD:
            taken = capture(Shot(scene=scene["slug"], width=256, height=128, compensation=ev), hdri)
            pixels = taken.picture_srgb
            for name, response in (("lightprobe", "srgb"), ("lightprobe, auto", "auto")):
                found = estimator(pixels, response=response)
                environment = found.environment()
                scores[name].append(environment_scores(environment, taken.panorama))
                error = np.linalg.norm(project(environment) - found.sh.coeffs) / np.linalg.norm(found.sh.coeffs)
                agreement.append(float(error))
            scores["plain"].append(environment_scores(plain(pixels, response="srgb").environment(), taken.panorama))
            scores["boost"].append(environment_scores(boosted(pixels), taken.panorama))
    keys = list(scores["plain"][0])
    table = {
        name: {key: round(float(np.median([row[key] for row in rows])), 4) for key in keys}
        for name, rows in scores.items()
    }
    values = {
        key: np.array([[row[key] for row in scores[name]] for name in ("lightprobe", "plain", "boost")]) for key in keys
    }
    save(
        "environments",
        {
            "pictures": len(scores["plain"]),
            "median": table,
            "share in which lightprobe is best": {
                key: round(float((rows.argmin(axis=0) == 0).mean()), 3) for key, rows in values.items()
            },
            "coefficients: difference from the answer": {
                "median": round(float(np.median(agreement)), 5),
                "largest": round(max(agreement), 5),
                "share within 0.5 %": round(float(np.mean(np.array(agreement) < 0.005)), 3),
            },
        },
    )


if __name__ == "__main__":
    main()
