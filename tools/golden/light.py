"""Golden vectors of the dominant light, from coefficients and panorama and from coefficients alone."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from document import SH, write
from harmonics import LUMINANCE, cell_rule, direction, lobe, real_basis, sphere_rule


def light_file(folder: Path) -> None:
    """Everything again, by the words of CONVENTIONS.md#dominant-light, with moments by quadrature."""
    height, width = 32, 64
    moment, angle = np.zeros((height, width, 3)), np.zeros((height, width))
    for row, column in product(range(height), range(width)):
        points, weights = cell_rule(height, width, row, column, 8)
        moment[row, column], angle[row, column] = weights @ points, weights.sum()
    moment, angle = moment.reshape(-1, 3), angle.ravel()
    toward = moment / np.linalg.norm(moment, axis=1, keepdims=True)

    def lit(coeffs: np.ndarray, to: np.ndarray, rgb: np.ndarray) -> dict[str, Any]:
        """A light from its direction and irradiance."""
        facing = float(real_basis(to, 3) @ (lobe(3)[:, None] * coeffs) @ LUMINANCE)
        intensity = float(rgb.max())
        return {
            "direction": to,
            "color": rgb / intensity if intensity > 0 else np.ones(3),
            "intensity": intensity,
            "share": float(np.clip(rgb @ LUMINANCE / facing, 0, 1)) if facing > 0 else 0.0,
        }

    def of(coeffs: np.ndarray, cells: np.ndarray, seen: float, guess: np.ndarray) -> dict[str, Any]:
        y = cells @ LUMINANCE
        if y.max() <= 0:
            return {"direction": [0.0, 1.0, 0.0], "color": [1.0, 1.0, 1.0], "intensity": 0.0, "share": 0.0}
        center = toward[np.argmax(y)]
        for _ in range(8):
            inside = toward @ center > np.cos(np.radians(20))
            pull = (y[inside, None] * moment[inside]).sum(axis=0)
            center = pull / np.linalg.norm(pull)
        inside = toward @ center > np.cos(np.radians(20))
        ring = ~inside & (toward @ center > np.cos(np.radians(40)))
        level = angle[ring, None] / angle[ring].sum()
        around = (level * cells[ring]).sum(axis=0)
        rgb = np.maximum((angle[inside, None] * (cells[inside] - around)).sum(axis=0), 0)
        known = cells - guess
        measured = (angle[inside, None] * (known[inside] - (level * known[ring]).sum(axis=0))).sum(axis=0)
        rgb[1] = np.min([rgb[1], np.max([rgb[0], rgb[2], measured[1]])])
        everything = (coeffs[[3, 1, 2]] @ LUMINANCE) / np.sqrt(3 / (4 * np.pi))
        rest = (y[~inside, None] * moment[~inside]).sum(axis=0) + around @ LUMINANCE * moment[inside].sum(axis=0)
        to = everything - rest
        to = to / np.linalg.norm(to) if np.linalg.norm(to) > 1e-9 else center
        to = to if to @ center >= np.cos(np.radians(20)) else center
        light = lit(coeffs, to, rgb)
        if light["share"] >= 0.4 * (1 - seen):
            return light
        whole = fit(coeffs)
        rgb = np.maximum(coeffs[0], 0)
        rgb = rgb * (whole["intensity"] * whole["color"] @ LUMINANCE) / (rgb @ LUMINANCE)
        rgb[1] = np.min([rgb[1], np.max([rgb[0], rgb[2]])])
        return lit(coeffs, whole["direction"], rgb)

    def fit(coeffs: np.ndarray) -> dict[str, Any]:
        band1 = coeffs[[3, 1, 2]] @ LUMINANCE
        to = band1 / np.linalg.norm(band1) if np.linalg.norm(band1) > 0 else np.array([0.0, 1.0, 0.0])
        normals, weights = sphere_rule(12)
        a = lobe(3)[:, None]
        seen = real_basis(normals, 3) @ (a * coeffs)
        of_light = real_basis(normals, 3) @ (a[:, 0] * real_basis(to, 3))
        design = np.stack([of_light, np.ones(len(normals))], axis=-1) * np.sqrt(weights)[:, None]
        rgb = np.maximum(np.linalg.lstsq(design, seen * np.sqrt(weights)[:, None], rcond=None)[0][0], 0)
        return lit(coeffs, to, rgb)

    def scene(
        background: list[float],
        ground: list[float],
        lamps: list[tuple[np.ndarray, list[float]]],
        seen: float = 1.0,
        guessed: float = 0.0,
    ) -> dict:
        """Halves of constant light, and lamps smaller than a cell that fill the cell they are in, of which a share is
        guessed."""
        cells = np.empty((height * width, 3))
        cells[: height * width // 2], cells[height * width // 2 :] = background, ground
        coeffs = np.zeros((9, 3))
        coeffs[0] = np.sqrt(np.pi) * (np.array(background) + ground)
        coeffs[1] = np.sqrt(3 * np.pi) / 2 * (np.array(background) - ground)
        changed = []
        for to, irradiance in lamps:
            row = int((0.5 - np.arcsin(to[1]) / np.pi) * height)
            column = int((np.arctan2(to[2], to[0]) / (2 * np.pi) + 0.5) * width)
            cells[row * width + column] += np.array(irradiance) / angle[row * width + column]
            coeffs += np.outer(real_basis(to, 3), irradiance)
            changed.append([row, column, *cells[row * width + column]])
        picture = {"upper": background, "lower": ground, "cells": changed}
        guess = [[row, column, *(guessed * value for value in rgb)] for row, column, *rgb in changed] if guessed else []
        parts = np.zeros_like(cells)
        for row, column, *rgb in guess:
            parts[row * width + column] = rgb
        light = of(coeffs, cells, seen, parts)
        found = {"light": light, "fit": fit(coeffs)}
        return {"panorama": picture, "seen": seen, "guess": guess, "coeffs": coeffs, **found}

    scenes = {
        "black": scene([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], []),
        "a sun over a sky": scene([0.5, 0.7, 1.0], [0.2, 0.18, 0.15], [(direction(41.3, 67.9), [3.0, 2.7, 2.2])]),
        "a low sun across the seam": scene(
            [0.3, 0.3, 0.4], [0.1, 0.1, 0.1], [(direction(4.0, -179.0), [2.0, 1.0, 0.5])]
        ),
        "the zenith": scene([0.2, 0.2, 0.2], [0.2, 0.2, 0.2], [(direction(88.5, 12.0), [1.0, 1.0, 1.2])]),
        "two lamps side by side": scene(
            [0.1, 0.1, 0.1],
            [0.1, 0.1, 0.1],
            [(direction(30, 10), [1.0, 0.8, 0.6]), (direction(27, 19), [0.5, 0.6, 0.7])],
        ),
        "a lamp on either side": scene(
            [0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0],
            [(direction(20, 40), [3.0, 0.0, 0.0]), (direction(15, -130), [0.0, 2.0, 0.0])],
        ),
        "a green lamp, half of it guessed": scene(
            [0.1, 0.1, 0.1], [0.1, 0.1, 0.1], [(direction(25, 70), [0.8, 2.0, 0.6])], guessed=0.5
        ),
        "a green lamp, nearly all of it guessed": scene(
            [0.1, 0.1, 0.1], [0.1, 0.1, 0.1], [(direction(25, 70), [0.8, 2.0, 0.6])], guessed=0.9
        ),
        "two green lamps, the weak one 30° from the strong one, half of both guessed": scene(
            [0.1, 0.1, 0.1],
            [0.1, 0.1, 0.1],
            [(direction(25, 70), [0.8, 2.0, 0.6]), (direction(25, 103), [0.2, 0.5, 0.15])],
            guessed=0.5,
        ),
        "a view of a lamp": scene(
            [0.3, 0.3, 0.4], [0.1, 0.1, 0.1], [(direction(5, 10), [3.0, 2.7, 2.2])], seen=0.1, guessed=0.5
        ),
        "a view of a weak lamp, more light from above": scene(
            [0.5, 0.9, 0.7], [0.1, 0.1, 0.1], [(direction(5, 10), [0.2, 0.2, 0.1])], seen=0.1
        ),
    }
    scenes["coefficients that tell of another light"] = {
        **scenes["a sun over a sky"],
        "coeffs": scenes["the zenith"]["coeffs"],
    }
    cells = np.repeat([[0.5, 0.7, 1.0], [0.2, 0.18, 0.15]], height * width // 2, axis=0)
    for row, column, *value in scenes["a sun over a sky"]["panorama"]["cells"]:
        cells[row * width + column] = value
    odd = scenes["coefficients that tell of another light"]
    odd["light"], odd["fit"] = of(odd["coeffs"], cells, 1.0, np.zeros_like(cells)), fit(odd["coeffs"])
    write(
        folder,
        "light.json",
        f"{SH}. panorama: 32 × 64, `upper` in rows 0 … 15, `lower` in the others, then `cells` [row, column, r, g, b] "
        "replaced. guess: the part of the panorama that is a guess, in these cells; seen: the share of the sphere that "
        "is seen. light: from coefficients and panorama; fit: from coefficients alone. color × intensity is the "
        "irradiance of a surface facing the light",
        "CONVENTIONS.md#dominant-light in its own words; moments by an 8 × 8 Gauss-Legendre rule per cell, "
        "the fit by least squares on 300 normals",
        {"cases": [{"name": name, **case} for name, case in scenes.items()]},
    )
