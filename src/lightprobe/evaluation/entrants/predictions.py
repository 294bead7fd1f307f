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

from pathlib import Path

import numpy as np

from lightprobe._shapes import UInt8
from lightprobe.errors import ImageError
from lightprobe.evaluation.entrants.entrant import CURVE_UNKNOWN, Entrant, Prediction
from lightprobe.evaluation.suites.shots import SuiteShot
from lightprobe.sphere.interop.conventions import decode, find_convention
from lightprobe.untrusted.file_names import shown
from lightprobe.untrusted.npz_arrays import read_arrays

MOST_LIGHT = 1e30
"""Largest value of an answer; metrics take its square."""
LONGEST_NAME = 80
"""Longest name of a row in the tables [letters]."""


def read_predictions(path: str | Path) -> Entrant:
    """An entrant whose answers are those of the file.

    Raises: ImageError if it cannot be read or its arrays do not fit each other; ValueError for an unknown convention.
    """
    path = Path(path)
    try:
        arrays = read_arrays(path)
        ids = [str(text) for text in _array(arrays, "ids", "U", "strings").ravel()]
        stored_coeffs = np.asarray(_array(arrays, "coeffs", "fiu", "numbers"), np.float64)
        panoramas = _array(arrays, "panoramas", "fiu", "numbers") if "panoramas" in arrays else None
        words = {name: str(_array(arrays, name, "U", "a string")) for name in ("convention", "name") if name in arrays}
    except OSError as error:
        raise ImageError(f"{path}: expected an .npz with predictions, got: {error.strerror}; check the path") from None
    except ValueError as error:
        raise ImageError(
            f"{path}: expected an .npz with ids and coeffs, cannot read one: {error}; see docs/evaluation.md"
        ) from None
    convention = find_convention(words.get("convention", "radiance")[:60]).name
    is_windowed = find_convention(convention).window != "none"
    name = words.get("name", path.stem)
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ImageError(
            f"{path}: expected a name of up to {LONGEST_NAME} printable letters, got {shown(name)}; give another name"
        )
    if stored_coeffs.shape not in ((len(ids), 9, 3), (len(ids), 27)) or len(set(ids)) != len(ids) or not ids:
        raise ImageError(
            f"{path}: expected coefficients [{len(ids)}, 9, 3] for as many different ids, got {stored_coeffs.shape} "
            f"for {len(set(ids))}; give each picture once"
        )
    if not (np.abs(stored_coeffs) <= MOST_LIGHT).all():
        raise ImageError(
            f"{path}: expected finite coefficients, got NaN, infinity or more than {MOST_LIGHT:.0e}; every picture "
            "needs an answer"
        )
    if panoramas is not None and panoramas.shape != (len(ids), 32, 64, 3):
        raise ImageError(
            f"{path}: expected panoramas [{len(ids)}, 32, 64, 3], got {panoramas.shape}; average them down"
        )
    if panoramas is not None and not (np.abs(panoramas) <= MOST_LIGHT).all():
        raise ImageError(
            f"{path}: expected finite panoramas, got NaN, infinity or more than {MOST_LIGHT:.0e}; correct them, or "
            "leave them out"
        )
    coeffs = np.array([decode(values, convention) for values in stored_coeffs])
    indices = {id: index for index, id in enumerate(ids)}

    def answer(shot: SuiteShot, image: UInt8[np.ndarray, "h w 3"], response: str) -> Prediction:
        index = indices[shot.id]
        panorama = None if panoramas is None else np.asarray(panoramas[index], np.float32)
        return Prediction(coeffs=coeffs[index], panorama=panorama, is_windowed=is_windowed)

    return Entrant(
        name=name,
        kind="predictions",
        mode=CURVE_UNKNOWN,
        estimate=answer,
        about=f"predictions in {convention} units",
        trained_on=None,
        covers=frozenset(ids),
    )


def _array(arrays: dict[str, np.ndarray], name: str, kinds: str, expected: str) -> np.ndarray:
    """An array whose type is of these kinds. Raises: ValueError."""
    if name not in arrays:
        raise ValueError(f"it has no {name}")
    if arrays[name].dtype.kind not in kinds:
        raise ValueError(f"{name} is not {expected}, but {str(arrays[name].dtype)[:60]}")
    return arrays[name]


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
