"""ShotRecipe: the ranges of shot parameters.

A shot depends on (seed, scene, variant) alone, so that any worker can draw it, in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lightprobe.camera.response import PHOTOGRAPHIC, POWER, SHOULDER
from lightprobe.camera.sampling import rng
from lightprobe.camera.shot import FORMS, Shot
from lightprobe.imaging.tone.curves import RESPONSES

CURVES = (*RESPONSES, "camera")
"""Names of the curves of random shots: those with a fixed shape, and the family of camera responses."""
MAX_TILT = 10
"""Largest tilt [°]."""
_METERS = ("auto", "fixed")


@dataclass(frozen=True, kw_only=True)
class ShotRecipe:
    """Ranges of shot parameters. Shares are probabilities, 0 … 1.

    Raises: ValueError for values outside their range.
    """

    width: int = 256
    height: int = 128
    seed: int = 0
    curves: tuple[str, ...] = CURVES
    form: str = "auto"
    """Resolution at which the curve is applied: 'source', 'picture', or 'auto' for the usual one of the curve."""
    tilted: float = 0.5
    mixed: float = 0.3
    auto_exposed: float = 0.7
    blurred: float = 0.5
    noisy: float = 0.7
    compressed: float = 0.5

    def __post_init__(self) -> None:
        if self.height < 2 or self.width != 2 * self.height:
            raise ValueError(f"expected a 2:1 picture size, got {self.width}×{self.height}; choose for example 256×128")
        if self.seed < 0:
            raise ValueError(f"expected a seed of 0 or more, got {self.seed}; choose another")
        unknown = [curve for curve in self.curves if curve not in CURVES]
        if unknown or not self.curves:
            raise ValueError(
                f"expected curves of {', '.join(CURVES)}, got {', '.join(unknown) or 'none'}; name one or more of them"
            )
        if self.form not in ("auto", *FORMS):
            raise ValueError(f"expected a form of auto, {', '.join(FORMS)}, got {self.form!r}; auto is the default")
        for name in ("tilted", "mixed", "auto_exposed", "blurred", "noisy", "compressed"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"expected a share from 0 to 1 for {name}, got {getattr(self, name)}; choose another")


def draw_shot(recipe: ShotRecipe, scene: str, variant: int, pool: Sequence[str] = ()) -> Shot:
    """Draw the shot of one variant of a scene; `pool` holds the scenes that may be mixed in."""

    def u(name: str) -> float:
        return rng.uniform(recipe.seed, scene, variant, name)

    width = recipe.width
    others = [slug for slug in pool if slug != scene]
    mixes = bool(others) and u("mix") < recipe.mixed
    meter = _METERS[u("meter") >= recipe.auto_exposed]
    curve = rng.choice(u("curve"), recipe.curves)
    tilt = rng.rest(u("tilt"), 1 - recipe.tilted)
    blur = rng.rest(u("blur"), 1 - recipe.blurred)
    noisy = u("noise") < recipe.noisy
    jpeg = rng.rest(u("jpeg"), 1 - recipe.compressed)
    steps = u("compensation")
    is_camera = curve == "camera"
    return Shot(
        scene=scene,
        variant=variant,
        width=width,
        height=recipe.height,
        pre_yaw=0 if tilt is None else int(u("toward") * width),
        tilt=0 if tilt is None else 1 + int(tilt**2 * MAX_TILT),
        mirror=u("mirror") < 0.5,
        yaw=int(u("yaw") * width),
        partner=rng.choice(u("partner"), others) if mixes else "",
        weight=round(rng.between(u("weight"), 0.1, 0.9), 4) if mixes else 0.0,
        partner_turn=int(u("partner turn") * width) if mixes else 0,
        meter=meter,
        protection=round(rng.between(u("protection"), 0, 0.6), 4) if meter == "auto" else 0.0,
        compensation=round(rng.normal(steps, 0, 0.6), 4) if meter == "auto" else float(int(steps * 5) - 2),
        warmth=round(rng.normal(u("warmth"), 0, 0.25), 4),
        tint=round(rng.normal(u("tint"), 0, 0.08), 4),
        curve=curve,
        power=round(rng.normal(u("power"), *POWER), 4) if is_camera else POWER[0],
        shoulder=round(rng.normal(u("shoulder"), *SHOULDER), 4) if is_camera else SHOULDER[0],
        form=form_of(curve) if recipe.form == "auto" else recipe.form,
        blur=0.0 if blur is None else round(rng.between(blur, 0.2, 0.9), 3),
        shot_noise=float(f"{rng.log_between(u('shot'), 1e-6, 3e-4):.4g}") if noisy else 0.0,
        read_noise=float(f"{rng.log_between(u('read'), 1e-4, 3e-3):.4g}") if noisy else 0.0,
        noise_seed=rng.bits(recipe.seed, scene, variant, "noise seed") if noisy else 0,
        jpeg=0 if jpeg is None else 60 + int(jpeg * 39),
    )


def form_of(curve: str) -> str:
    """Resolution at which a curve is usually applied: the source's for cameras, the picture's for renderers."""
    return "source" if curve in PHOTOGRAPHIC else "picture"


def draw_shots(recipe: ShotRecipe, pools: Mapping[str, Sequence[str]], variants: int) -> list[Shot]:
    """Draw all shots, scene by scene; `pools` holds, for each scene, the scenes that may be mixed in.

    Raises: ValueError for less than one variant.
    """
    if variants < 1:
        raise ValueError(f"expected at least 1 variant of each scene, got {variants}; 10 is usual")
    return [draw_shot(recipe, scene, variant, pool) for scene, pool in pools.items() for variant in range(variants)]
