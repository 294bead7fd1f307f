"""Predictions made elsewhere, as a file: any system that can read a suite's pictures can be judged.

`lightprobe suite build registry --out suite` writes the pictures. The predictions are an .npz with

ids         n strings: the ids of manifest.json
coeffs      [n, 9, 3] coefficients, a row per coefficient, RGB across (or [n, 27], as the convention lays them out)
convention  a string, one of `lightprobe conventions`; optional, 'radiance' without it
panoramas   [n, 32, 64, 3] linear radiance, row 0 up; optional
name        a string for the table; optional, the file's name without it

Everything is in the picture's scale: 1.0 is display white of a hard-clipped picture.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from lightprobe._shapes import UInt8
from lightprobe.errors import ImageError
from lightprobe.evaluation.entrants.entrant import CURVE_UNKNOWN, Entrant, Prediction
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.sphere.interop.conventions import decode, find_convention


def read_predictions(path: str | Path) -> Entrant:
    """An entrant whose answers are those of the file.

    Raises: ImageError if it cannot be read or its arrays do not fit each other; ValueError for an unknown convention.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        ids = [str(text) for text in arrays["ids"].ravel()]
        stored_coeffs = np.asarray(arrays["coeffs"], np.float64)
    except (OSError, EOFError, KeyError, AttributeError, ValueError, zipfile.BadZipFile) as error:
        raise ImageError(
            f"{path}: expected an .npz with ids and coeffs, cannot read one: {error}; see docs/evaluation.md"
        ) from None
    convention = find_convention(str(arrays["convention"])).name if "convention" in arrays else "radiance"
    is_windowed = find_convention(convention).window != "none"
    panoramas = arrays.get("panoramas")
    if len(stored_coeffs) != len(ids) or len(set(ids)) != len(ids) or stored_coeffs[:1].size != 27:
        raise ImageError(
            f"{path}: expected coefficients [{len(ids)}, 9, 3] for as many different ids, got {stored_coeffs.shape} "
            f"for {len(set(ids))}; give each picture once"
        )
    if not np.isfinite(stored_coeffs).all():
        raise ImageError(f"{path}: expected finite coefficients, got NaN or infinity; every picture needs an answer")
    if panoramas is not None and panoramas.shape != (len(ids), 32, 64, 3):
        raise ImageError(
            f"{path}: expected panoramas [{len(ids)}, 32, 64, 3], got {panoramas.shape}; average them down"
        )
    coeffs = np.array([decode(values, convention) for values in stored_coeffs])
    indices = {id: index for index, id in enumerate(ids)}

    def answer(shot: SuiteShot, image: UInt8[np.ndarray, "h w 3"], response: str) -> Prediction:
        index = indices[shot.id]
        panorama = None if panoramas is None else np.asarray(panoramas[index], np.float32)
        return Prediction(coeffs=coeffs[index], panorama=panorama, is_windowed=is_windowed)

    return Entrant(
        name=str(arrays["name"]) if "name" in arrays else path.stem,
        kind="predictions",
        mode=CURVE_UNKNOWN,
        estimate=answer,
        about=f"predictions in {convention} units",
        trained_on=None,
        covers=frozenset(ids),
    )


def covers_suite(entrant: Entrant, ids: set[str], suite: str) -> bool:
    """Whether an entrant has answers for a suite. Raises: ValueError if it has them for some of its pictures only."""
    if entrant.covers is None:
        return True
    missing = sorted(ids - entrant.covers)
    if missing and len(missing) < len(ids):
        raise ValueError(
            f"{entrant.name}: expected predictions for all {len(ids)} pictures of {suite}, got none for "
            f"{len(missing)} of them ({missing[0]}, …); add them"
        )
    return not missing
