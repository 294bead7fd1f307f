"""Jobs: everything there is to know about one pair before its picture is formed.

A job is drawn from (seed, scene, variant) alone, so that any worker can draw it, in any order. `Recipe` says what
may be drawn; `draw` draws one job; `plan` draws them all.

Convention: spec/CONVENTIONS.md#panorama. Angles about the up axis are whole columns of the picture, content moving
right. A scene is turned by `toward`, tilted (the centre goes up), mirrored, then turned by `yaw`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lightprobe.data import cameras, streams
from lightprobe.data.sources import Source
from lightprobe.imaging.curves import RESPONSES

CURVES = (*RESPONSES, "camera")
"""Names of the tone curves: those that are fixed, and the family of camera responses."""
PHOTOGRAPHIC = ("srgb", "camera")
"""Curves of cameras, which clip at their own resolution; the others belong to renderers, which do so at the
picture's."""
MAX_TILT = 10
"""Largest tilt [°]."""
METERS = ("auto", "fixed")
FORMS = ("auto", "source", "picture")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What jobs are drawn from. Shares are probabilities, 0 … 1.

    Raises: ValueError for what no pair can be made of.
    """

    width: int = 256
    height: int = 128
    seed: int = 0
    curves: tuple[str, ...] = CURVES
    form: str = "auto"
    """Where the tone curve is applied: 'source', 'picture', or 'auto': where the curve's kind does it."""
    tilted: float = 0.5
    mixed: float = 0.3
    auto_exposed: float = 0.7
    blurred: float = 0.5
    noisy: float = 0.7
    compressed: float = 0.5

    def __post_init__(self) -> None:
        if self.height < 2 or self.width != 2 * self.height:
            raise ValueError(
                f"expected a 2:1 size of the pictures, got {self.width}×{self.height}; say for example 256x128"
            )
        if self.seed < 0:
            raise ValueError(f"expected a seed of 0 or more, got {self.seed}; give another")
        unknown = [curve for curve in self.curves if curve not in CURVES]
        if unknown or not self.curves:
            raise ValueError(
                f"expected tone curves of {', '.join(CURVES)}, got {', '.join(unknown) or 'none'}; name one or more"
            )
        if self.form not in FORMS:
            raise ValueError(f"expected a form of {', '.join(FORMS)}, got {self.form!r}; auto is the usual")
        for name in ("tilted", "mixed", "auto_exposed", "blurred", "noisy", "compressed"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"expected {name} to be a share from 0 to 1, got {getattr(self, name)}; give a share")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One pair to be formed."""

    scene: str
    variant: int
    width: int
    height: int
    toward: int = 0
    """Turn before the tilt [columns]: towards where the camera leans."""
    tilt: int = 0
    """How far the camera leans [°]; whole degrees, so that a few index maps serve all jobs."""
    mirror: bool = False
    yaw: int = 0
    """Turn at the end [columns]."""
    partner: str = ""
    """Scene mixed in, in linear light; none if empty."""
    weight: float = 0.0
    """The partner's share of the median light."""
    partner_turn: int = 0
    """Turn of the partner before it is mixed in [columns]."""
    meter: str = "fixed"
    protection: float = 0.0
    """How much an automatic exposure heeds the highlights rather than the average, 0 … 1."""
    compensation: float = 0.0
    """Added to what the meter says [EV]."""
    warmth: float = 0.0
    """White balance, red against blue [EV]."""
    tint: float = 0.0
    """White balance, green against red and blue [EV]."""
    curve: str = "srgb"
    power: float = cameras.POWER[0]
    shoulder: float = cameras.SHOULDER[0]
    """Parameters of the curve `camera`."""
    form: str = "picture"
    """Where the curve is applied: at the `source`'s resolution, display values averaged; or at the `picture`'s."""
    blur: float = 0.0
    """Deviation of the blur [pixels of the picture]."""
    shot: float = 0.0
    """Variance of the noise per radiance, 1 = display white."""
    read: float = 0.0
    """Deviation of the noise without light [display white]."""
    noise_seed: int = 0
    jpeg: int = 0
    """Quality of the JPEG compression; 0 keeps the picture as it is."""

    @property
    def id(self) -> str:
        """Name of the pair."""
        return self.name(self.scene, self.variant)

    @staticmethod
    def name(scene: str, variant: int) -> str:
        """Name of a pair, and its place in the folder: scene/variant."""
        return f"{scene}/{variant:04d}"


def partners(sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """Scenes that each split may mix with one another; never across splits."""
    pools: dict[str, list[str]] = {}
    for source in sources:
        pools.setdefault(source.split, []).append(source.slug)
    return {split: tuple(sorted(slugs)) for split, slugs in pools.items()}


def draw(recipe: Recipe, source: Source, variant: int, pool: Sequence[str] = ()) -> Job:
    """The job of one variant of one scene; `pool` holds the scenes it may be mixed with."""

    def u(name: str) -> float:
        return streams.uniform(recipe.seed, source.slug, variant, name)

    width = recipe.width
    others = [slug for slug in pool if slug != source.slug]
    mixes = bool(others) and u("mix") < recipe.mixed
    meter = METERS[u("meter") >= recipe.auto_exposed]
    curve = streams.choice(u("curve"), recipe.curves)
    tilt = streams.rest(u("tilt"), 1 - recipe.tilted)
    blur = streams.rest(u("blur"), 1 - recipe.blurred)
    noisy = u("noise") < recipe.noisy
    jpeg = streams.rest(u("jpeg"), 1 - recipe.compressed)
    steps = u("compensation")
    return Job(
        scene=source.slug,
        variant=variant,
        width=width,
        height=recipe.height,
        toward=0 if tilt is None else int(u("toward") * width),
        tilt=0 if tilt is None else 1 + int(tilt**2 * MAX_TILT),
        mirror=u("mirror") < 0.5,
        yaw=int(u("yaw") * width),
        partner=streams.choice(u("partner"), others) if mixes else "",
        weight=round(streams.between(u("weight"), 0.1, 0.9), 4) if mixes else 0.0,
        partner_turn=int(u("partner turn") * width) if mixes else 0,
        meter=meter,
        protection=round(streams.between(u("protection"), 0, 0.6), 4) if meter == "auto" else 0.0,
        compensation=round(streams.normal(steps, 0, 0.6), 4) if meter == "auto" else float(int(steps * 5) - 2),
        warmth=round(streams.normal(u("warmth"), 0, 0.25), 4),
        tint=round(streams.normal(u("tint"), 0, 0.08), 4),
        curve=curve,
        power=round(streams.normal(u("power"), *cameras.POWER), 4) if curve == "camera" else cameras.POWER[0],
        shoulder=round(streams.normal(u("shoulder"), *cameras.SHOULDER), 4)
        if curve == "camera"
        else cameras.SHOULDER[0],
        form=recipe.form if recipe.form != "auto" else ("source" if curve in PHOTOGRAPHIC else "picture"),
        blur=0.0 if blur is None else round(streams.between(blur, 0.2, 0.9), 3),
        shot=float(f"{streams.log_between(u('shot'), 1e-6, 3e-4):.4g}") if noisy else 0.0,
        read=float(f"{streams.log_between(u('read'), 1e-4, 3e-3):.4g}") if noisy else 0.0,
        noise_seed=streams.bits(recipe.seed, source.slug, variant, "noise seed") if noisy else 0,
        jpeg=0 if jpeg is None else 60 + int(jpeg * 39),
    )


def plan(recipe: Recipe, sources: Sequence[Source], variants: int) -> list[Job]:
    """All jobs, scene by scene. Raises: ValueError for no variants at all."""
    if variants < 1:
        raise ValueError(f"expected at least 1 variant of each scene, got {variants}; 10 is usual")
    pools = partners(sources)
    return [draw(recipe, source, variant, pools[source.split]) for source in sources for variant in range(variants)]
