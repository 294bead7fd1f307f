"""Scores of a stack on the held-out scenes of each fold, as few numbers per setting and seed.

The pictures are fixed: every held-out scene under every condition, turned by an angle that depends on the scene.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from network import Light, Network
from objective import Answers, lost_level
from pictures import GRAY, Camera, pool, turned, view_mask
from scenes import HEIGHT, WIDTH, Cells, Scenes
from sphere import LUMINANCE, Sphere, directions, projection

EXPOSURES = (-1.5, -0.5, 0.5)
CONDITIONS = (
    *(f"srgb given {ev:+.1f}" for ev in EXPOSURES),
    *(f"white16 given {ev:+.1f}" for ev in EXPOSURES),
    *(f"srgb unknown {ev:+.1f}" for ev in EXPOSURES),
    *(f"camera unknown {ev:+.1f}" for ev in EXPOSURES),
    *(f"filmic unknown {ev:+.1f}" for ev in EXPOSURES),
    "srgb unknown unclipped",
    "fov65 a",
    "fov65 b",
    "fov100",
    "ring9",
)
"""Kind of picture and exposure; `white16` is a hard clip at 16.3, as of Filmic and AgX."""
KINDS = (
    "srgb given",
    "white16 given",
    "srgb unknown",
    "camera unknown",
    "filmic unknown",
    "srgb unknown unclipped",
    "fov65",
    "fov100",
    "ring9",
)
PARTIAL = ("fov65", "fov100", "ring9")
RING = [(0, yaw) for yaw in (0, 60, -60, 120, -120, 180)] + [(45, yaw) for yaw in (0, 120, -120)]
"""Pitch and yaw of the views of `ring9` [°]: six around the horizon, three up."""
TEMPERATURES = (0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0)
BLENDS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Answers between `best` (0) and `median` (1)."""
CAP, RING_EDGE = math.cos(math.radians(20)), math.cos(math.radians(40))


@dataclass
class Exam:
    """The pictures of one fold's held-out scenes, conditions of a scene one after the other."""

    cells: Cells
    truth: Tensor
    """[pictures, 9, 3], exact."""
    scenes: np.ndarray
    """Number of each picture's scene."""
    conditions: np.ndarray


def make_exam(fold: int, scenes: Scenes, camera: Camera) -> Exam:
    """The pictures of a fold."""
    device = scenes.device
    numbers = scenes.scored[fold]
    rng = np.random.default_rng(78)
    project = torch.tensor(projection(HEIGHT, WIDTH), dtype=torch.float32, device=device)
    points = torch.tensor(directions(HEIGHT, WIDTH), dtype=torch.float32, device=device)
    masks = {
        "fov65": view_mask(points, 65, 4 / 3, 0, 0).float(),
        "fov100": view_mask(points, 100, 4 / 3, 0, 0).float(),
        "ring9": torch.stack([view_mask(points, 65, 4 / 3, p, y) for p, y in RING]).any(0).float(),
    }
    curves = {name: [i for i, n in enumerate(scenes.curve_names) if n == name] for name in ("srgb", "camera", "filmic")}
    weights = torch.tensor(LUMINANCE, device=device)[:, None, None]
    planes, truths, autos, whites, knots, places, kinds = [], [], [], [], [], [], []
    for number in numbers:
        starts, evs = rng.integers(WIDTH, size=len(CONDITIONS)), rng.uniform(-0.7, 0.7, size=len(CONDITIONS))
        cameras = rng.choice(curves["camera"], size=len(CONDITIONS))
        for k, condition in enumerate(CONDITIONS):
            name = condition.split()[0]
            columns = (torch.arange(WIDTH, device=device) + int(starts[k])) % WIDTH
            radiance = turned(scenes.radiance, torch.tensor([number], device=device), columns[None])
            mask = masks.get(name, torch.ones(HEIGHT, WIDTH, device=device))[None, None]
            auto, white, curve = "unknown" in condition, 1.0, 0
            if name in masks:
                seen = (radiance * weights).sum(1, keepdim=True)[mask > 0]
                factor = GRAY * 2 ** evs[k] / float(seen.median().clamp_min(1e-4))
            else:
                factor = GRAY * 2 ** (-0.5 if "unclipped" in condition else float(condition.split()[-1]))
            if name == "white16":
                white = 16.3
            if auto:
                curve = int(cameras[k]) if name == "camera" else curves[name][0]
            radiance = radiance * (factor / white)
            if "unclipped" in condition:
                radiance = radiance.clamp(max=0.9)
            share = pool(mask, camera.row_weights).clamp(max=1)
            unknown = torch.tensor([0] if auto else [], dtype=torch.long, device=device)
            planes.append(camera.photograph(radiance, mask, share, unknown, torch.tensor([curve], device=device)))
            truths.append((radiance.flatten(2) @ project)[0].T)
            autos.append(float(auto))
            whites.append(math.log(white))
            knots.append(scenes.log_knots[curve])
            places.append(number)
            kinds.append(k)
    stacked = [torch.cat(parts).transpose(0, 1)[None].contiguous() for parts in zip(*planes, strict=True)]
    facts = (torch.tensor(values, device=device)[None] for values in (autos, whites))
    return Exam(
        Cells(*stacked, *facts, torch.stack(knots)[None]), torch.stack(truths), np.array(places), np.array(kinds)
    )


def dominant(panorama: Tensor, sphere: Sphere) -> dict[str, Tensor]:
    """The dominant light of panoramas [n, 3, 2048], as `lightprobe.sphere.dominant_light`: direction [n, 3], irradiance
    [n, 3] and share [n] of the luminous irradiance that faces it."""
    areas, toward = sphere.areas.flatten(), sphere.directions
    flux = (panorama * sphere.luminance[:, None]).sum(1)
    center = toward[flux.argmax(1)]
    bright = flux * areas
    for _ in range(8):
        inside = ((center @ toward.T) > CAP).float()
        moment = (bright * inside) @ toward
        center = moment / torch.linalg.vector_norm(moment, dim=1, keepdim=True).clamp_min(1e-9)
    cosine = center @ toward.T
    inside = (cosine > CAP).float()
    ring = ((cosine > RING_EDGE) & (cosine <= CAP)).float() * areas
    level = torch.einsum("ncp,np->nc", panorama, ring) / ring.sum(1, keepdim=True)
    rgb = torch.einsum("ncp,np->nc", panorama, inside * areas) - level * (inside * areas).sum(1, keepdim=True)
    rgb = rgb.clamp_min(0)
    excess = (flux - (level * sphere.luminance).sum(1, keepdim=True)) * inside * areas
    direction = torch.nn.functional.normalize(excess @ toward, dim=1)
    facing = (bright * (direction @ toward.T).clamp_min(0)).sum(1)
    share = (rgb * sphere.luminance).sum(1) / facing.clamp_min(1e-9)
    return {"direction": direction, "rgb": rgb, "share": share}


def angle(a: Tensor, b: Tensor) -> Tensor:
    """Angles [°] between vectors along the last axis."""
    return torch.rad2deg(torch.acos(torch.nn.functional.cosine_similarity(a, b, dim=-1).clamp(-1, 1)))


def examine(
    network: Network, weights: Mapping[str, Tensor], exam: Exam, sphere: Sphere, chunk: int = 4
) -> dict[str, np.ndarray]:
    """Results [models, pictures, …] of models on their fold's pictures; `chunk` scenes at a time."""
    answers, device = Answers(sphere.areas.device), sphere.areas.device
    models, per = len(next(iter(weights.values()))), len(CONDITIONS)
    zeros = torch.zeros(models, dtype=torch.long, device=device)
    out: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(exam.scenes), chunk * per):
        part = slice(start, start + chunk * per)
        cells = exam.cells.part(part).pick(zeros)
        light = network(weights, cells)
        truth = exam.truth[part][None]
        for name, value in _scored(light, cells, truth, answers, sphere).items():
            out.setdefault(name, []).append(value.float().cpu().numpy())
    return {name: np.concatenate(parts, axis=1) for name, parts in out.items()}


def _scored(light: Light, cells: Cells, truth: Tensor, answers: Answers, sphere: Sphere) -> dict[str, Tensor]:
    known, lost = sphere.project(light.seen), sphere.project(light.lost)
    size = sphere.norm(truth)

    def error(coeffs: Tensor) -> Tensor:
        return sphere.norm(coeffs - truth) / size

    def facing(coeffs: Tensor) -> Tensor:
        return (coeffs[..., 1:4, :] * sphere.luminance).sum(-1)

    scale, counts, _ = lost_level(light, cells, sphere)
    stops = torch.log2(scale)
    result = {
        "plain": error(sphere.project(cells.observed)),
        "point": error(known + lost),
        "counts": counts,
        "lost": counts * stops,
    }
    true_level = torch.where(counts > 0, scale, torch.ones_like(scale))
    result["oracle"] = error(known + lost * true_level[..., None, None])
    for t in TEMPERATURES:
        p = answers.probabilities(light, t)
        best, median = answers.best(p, known, lost, sphere), answers.quantile(p, 0.5)
        low, high = answers.quantile(p, 0.1), answers.quantile(p, 0.9)
        result[f"inside {t}"] = ((stops >= low) & (stops <= high)).float()
        result[f"width {t}"] = high - low
        # irradiance grows with the level, so that its interval has the same levels as ends
        ends = [sphere.norm(known + lost * torch.exp2(d)[..., None, None]) for d in (low, high)]
        result[f"irradiance inside {t}"] = ((size >= ends[0]) & (size <= ends[1])).float()
        for blend in BLENDS:
            level = best + blend * (median - best)
            coeffs = known + lost * torch.exp2(level)[..., None, None]
            result[f"error {t} {blend}"] = error(coeffs)
            result[f"bias {t} {blend}"] = torch.log2(sphere.norm(coeffs) / size)
            if t == 1.0:
                result[f"toward {blend}"] = angle(facing(coeffs), facing(truth).expand(len(coeffs), -1, -1))
                result[f"level off {blend}"] = (level - stops) * counts
    p = answers.probabilities(light, 1.0)
    best, median = answers.best(p, known, lost, sphere), answers.quantile(p, 0.5)
    m, _, b = light.seen.shape[:3]
    real = dominant((cells.within + cells.beyond)[:1].flatten(3)[0].transpose(0, 1), sphere)
    result["light counts"] = (real["share"] >= 0.1).float().expand(m, -1)
    for blend in (0.0, 0.5, 1.0):
        level = torch.exp2(best + blend * (median - best))[:, None, :, None, None]
        panorama = (light.seen + light.lost * level).transpose(1, 2).reshape(m * b, 3, -1)
        found = {name: v.view(m, b, *v.shape[1:]) for name, v in dominant(panorama, sphere).items()}
        rgb = found["rgb"]
        result[f"light color {blend}"] = angle(rgb + 1e-6, real["rgb"].expand(m, -1, -1) + 1e-6)
        result[f"light toward {blend}"] = angle(found["direction"], real["direction"].expand(m, -1, -1))
        result[f"light stops {blend}"] = torch.log2(rgb.amax(2).clamp_min(1e-6) / real["rgb"].amax(1).clamp_min(1e-6))
        result[f"light green {blend}"] = (rgb[..., 1] > 1.02 * torch.maximum(rgb[..., 0], rgb[..., 2])).float()
        result[f"light blue {blend}"] = (rgb[..., 2] > 1.1 * rgb[..., 0]).float()
    return result
