"""Faces: cubemaps that lie in one picture, or in six, as panoramas.

Convention: spec/CONVENTIONS.md#cubemap-pictures.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lightprobe._shapes import Float
from lightprobe.errors import ImageError
from lightprobe.imaging.geometry.resample import MAX_ROWS, Pixels, luma_grid, resample
from lightprobe.imaging.picture import Picture, Tags

CONTRAST = 8 / 255
"""Mean difference of unrelated pixels at edges of faces, below which they say nothing."""
MEETING = 0.4
"""Difference across the edges of the cube, as a share of that, up to which faces meet. Of 3600 photographs of 3:2, cut
from 144 HDRIs at five exposures, none has less than 0.47; of 1296 cubemaps of them, 3 have more."""
_WORDS = (
    "px|posx|xpos|right|rt",
    "nx|negx|xneg|left|lf",
    "py|posy|ypos|top|up",
    "ny|negy|yneg|bottom|down|dn",
    "pz|posz|zpos|front|ft",
    "nz|negz|zneg|back|bk",
)
"""Names of the faces."""

AXES = {
    "named": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "viewed": ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
    "openexr": ((0, 0, -1), (0, 1, 0), (-1, 0, 0)),
}
"""From directions of the panorama to those with which OpenGL samples the faces. named: they are the same, +X is the
center of the panorama. viewed: the front face is the center, as a video player shows it. openexr: OpenEXR's +Z is the
center, as in its own latitude-longitude maps, and its faces are OpenGL's seen in a mirror, +Z and −Z exchanged.
Source: OpenEXR, ImfEnvmap.cpp."""


class FaceGrid(NamedTuple):
    """An arrangement of six faces in a picture."""

    name: str
    rows: int
    columns: int
    cells: tuple[tuple[int, int], ...]
    """Row and column of px, nx, py, ny, pz and nz."""
    turns: tuple[int, ...] = (0, 0, 0, 0, 0, 0)
    """Quarter turns counterclockwise by which each is turned in the picture."""
    axes: str = "named"
    is_equiangular: bool = False
    """Pixels are at equal angles from the center of the face, not at equal distances."""

    def empty_cells(self) -> list[tuple[int, int]]:
        """Cells without a face."""
        return [(i, j) for i in range(self.rows) for j in range(self.columns) if (i, j) not in self.cells]

    def has_shape(self, height: int, width: int) -> bool:
        """Whether a picture of this size can hold it, to a pixel for each face."""
        return abs(height * self.columns - width * self.rows) <= max(self.rows, self.columns)


_ACROSS = tuple((0, k) for k in range(6))
_DOWN = tuple((k, 0) for k in range(6))
ROW = FaceGrid("a row of six faces, +X −X +Y −Y +Z −Z", 1, 6, _ACROSS)
COLUMN = FaceGrid("a column of six faces, +X −X +Y −Y +Z −Z", 6, 1, _DOWN)
OPENEXR = FaceGrid("an OpenEXR cubemap", 6, 1, ((0, 0), (1, 0), (2, 0), (3, 0), (5, 0), (4, 0)), axes="openexr")
HORIZONTAL = FaceGrid("a horizontal cross", 3, 4, ((1, 2), (1, 0), (0, 1), (2, 1), (1, 1), (1, 3)))
VERTICAL = FaceGrid("a vertical cross", 4, 3, ((1, 2), (1, 0), (0, 1), (2, 1), (1, 1), (3, 1)), (0, 0, 0, 0, 0, 2))
BLOCK = FaceGrid("two rows of faces, −X +Z +X and −Y −Z +Y", 2, 3, ((0, 2), (0, 0), (1, 2), (1, 0), (0, 1), (1, 1)))
VIDEO = FaceGrid(
    "two rows of faces, right left up and down front back", 2, 3, ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)),
    axes="viewed",
)  # fmt: skip
EAC = FaceGrid(
    "an equi-angular cubemap", 2, 3, ((0, 2), (0, 0), (1, 2), (1, 0), (0, 1), (1, 1)), (0, 0, 1, 1, 0, 3),
    axes="viewed", is_equiangular=True,
)  # fmt: skip
"""Source: Google, "Bringing pixels front and center in VR video", 2017; the turns are those of FFmpeg's v360 filter."""


class FacePixels(NamedTuple):
    """Finds the pixels of a cubemap of some size in the directions of a panorama."""

    grid: FaceGrid
    height: int
    width: int

    def __call__(self, toward: Float[np.ndarray, "3 n"]) -> Pixels:
        """The nearest pixel; a cubemap covers all directions. Source: OpenGL 4.6 core specification, table 8.19."""
        x, y, z = np.array(AXES[self.grid.axes], toward.dtype) @ toward
        along_x = (np.abs(x) >= np.abs(y)) & (np.abs(x) >= np.abs(z))
        along_y = ~along_x & (np.abs(y) >= np.abs(z))
        major = np.where(along_x, x, np.where(along_y, y, z))
        face = np.where(along_x, 0, np.where(along_y, 2, 4)) + (major < 0)
        right = np.where(along_x, -z * np.sign(x), np.where(along_y, x, x * np.sign(z))) / np.abs(major)
        down = np.where(along_y, z * np.sign(y), -y) / np.abs(major)
        if self.grid.is_equiangular:
            right, down = np.arctan(right) * (4 / np.pi), np.arctan(down) * (4 / np.pi)
        for number, turns in enumerate(self.grid.turns):
            here = face == number if turns else None
            for _ in range(turns):
                right[here], down[here] = down[here], -right[here]
        row = _line(down, np.array([cell[0] for cell in self.grid.cells])[face], self.height / self.grid.rows)
        column = _line(right, np.array([cell[1] for cell in self.grid.cells])[face], self.width / self.grid.columns)
        row, column = np.minimum(row, self.height - 1), np.minimum(column, self.width - 1)
        return row * self.width + column, None


def _line(position: np.ndarray, cell: np.ndarray, size: float) -> np.ndarray:
    """The row or column of a position −1 … 1 in one of the cells of this size."""
    inside = np.clip((position + 1) / 2, 0, 1 - 0.5 / max(size, 1))
    return np.floor((cell + inside) * size + 1e-3).astype(np.int64)


def face_order(names: Sequence[str]) -> list[int]:
    """Where px, nx, py, ny, pz and nz are among six names, such as sky_px, posx or right; as given if they do not say.

    right, left, top, bottom, front and back are +X, −X, +Y, −Y, +Z and −Z, as in OpenGL's sky boxes.
    """
    found: dict[int, int] = {}
    for number, name in enumerate(names):
        for face, words in enumerate(_WORDS):
            if re.search(rf"(^|[^a-z])({words})([^a-z]|$)", name.lower()):
                found[face] = number
    return [found[face] for face in range(6)] if sorted(found.values()) == list(range(6)) else list(range(6))


def joined(pictures: Sequence[Picture]) -> Picture:
    """Six faces, +X −X +Y −Y +Z −Z, as one picture: a column.

    Raises: ImageError if they are not six squares of one size, and all HDR or all not.
    """
    sizes, kinds = {picture.size for picture in pictures}, {picture.pixels.dtype for picture in pictures}
    name = pictures[0].name if pictures else "cubemap"
    height, width = pictures[0].pixels.shape[:2] if pictures else (0, 0)
    if len(pictures) != 6 or len(sizes) > 1 or height != width:
        shown = ", ".join(sorted(sizes)) or "none"
        raise ImageError(
            f"{name}: expected 6 square faces of one size, got {len(pictures)} of {shown}; export them again"
        )
    if len({picture.is_linear for picture in pictures}) > 1 or (len(kinds) > 1 and not pictures[0].is_linear):
        raise ImageError(f"{name}: expected 6 faces of one kind, got HDR and others, or 8 and 16 bits; convert them")
    matrices = [np.eye(3) if picture.matrix is None else picture.matrix for picture in pictures]
    if any(np.abs(matrix - matrices[0]).max() > 1e-6 for matrix in matrices):
        raise ImageError(f"{name}: expected 6 faces of one color space, got several; convert them")
    notes = tuple(dict.fromkeys(note for picture in pictures for note in picture.notes))
    masks: dict[str, np.ndarray | None] = {}
    for key in ("seen", "white"):
        each = [getattr(picture, key) for picture in pictures]
        default = np.full((height, width) if key == "seen" else (height, width, 3), key == "seen")
        is_set = any(mask is not None for mask in each)
        masks[key] = np.concatenate([default if mask is None else mask for mask in each]) if is_set else None
    return replace(
        pictures[0],
        pixels=np.concatenate([picture.pixels for picture in pictures]),
        **masks,
        crop=None,
        fov=None,
        tags=Tags(),
        notes=notes,
    )


def find_faces(picture: Picture, projection: str | None) -> FaceGrid | None:
    """The arrangement of faces, as the metadata name it, or by shape and looks; None if it is no cubemap."""
    height, width = picture.pixels.shape[:2]
    if projection == "eac":
        return EAC
    if projection == "cubemap":
        grids = (OPENEXR, VIDEO, HORIZONTAL, VERTICAL, ROW)
        return next((grid for grid in grids if grid.has_shape(height, width)), None)
    if width == 6 * height or height == 6 * width:
        return ROW if width > height else COLUMN
    for grid in (HORIZONTAL, VERTICAL):
        if grid.has_shape(height, width) and _is_cross(picture, grid):
            return grid
    if BLOCK.has_shape(height, width):
        return _best_block(picture)
    return None


def unfolded(picture: Picture, grid: FaceGrid) -> Picture:
    """A cubemap as a panorama, of the nearest texels.

    Raises: ImageError if the picture does not have the shape of this arrangement.
    """
    height, width = picture.pixels.shape[:2]
    if not grid.has_shape(height, width):
        raise ImageError(
            f"{picture.name}: expected {grid.name}, {grid.columns}:{grid.rows}, got {picture.size}; convert it to a "
            "2:1 panorama"
        )
    rows = min(MAX_ROWS, max(4 * height // grid.rows, 1024))
    center = {"named": "+X", "viewed": "the front face", "openexr": "OpenEXR's +Z"}[grid.axes]
    made = resample(picture, rows, FacePixels(grid, height, width))
    return made.noted(f"Read as a cubemap, {grid.name}; {center} is the center of the panorama")


def _is_cross(picture: Picture, grid: FaceGrid) -> bool:
    """The cells beside the cross are all of one color; those of the faces are not."""
    size = 16
    luma = luma_grid(picture, size * grid.rows, size * grid.columns, 1)

    def cell(at: tuple[int, int]) -> np.ndarray:
        return luma[at[0] * size + 1 : (at[0] + 1) * size - 1, at[1] * size + 1 : (at[1] + 1) * size - 1]

    empty = np.stack([cell(at) for at in grid.empty_cells()])
    if empty.max() - empty.min() > 8 / 255:
        return False
    background = float(np.median(empty))
    return all((np.abs(cell(at) - background) > 10 / 255).mean() > 0.5 for at in grid.cells)


def _best_block(picture: Picture) -> FaceGrid | None:
    """The arrangement of two rows of three whose faces meet at their edges; None if they do in none."""
    rows, columns = 48 * 2, 48 * 3
    small = luma_grid(picture, rows, columns, 2).ravel()
    gaps = {grid: edge_gap(small, grid, rows, columns) for grid in (BLOCK, VIDEO, EAC)}
    best, second = sorted(gaps, key=lambda grid: gaps[grid])[:2]
    return best if gaps[best] < MEETING and gaps[best] < gaps[second] / 2 else None


def edge_gap(small: Float[np.ndarray, " n"], grid: FaceGrid, rows: int, columns: int) -> float:
    """Mean difference across the edges of the cube, as a share of that of unrelated pixels beside them; 1 if all of
    them look alike. Edges along which the picture itself is continuous do not count."""
    near, along = 0.96, np.linspace(-0.9, 0.9, 31, dtype=np.float32)
    find = FacePixels(grid._replace(axes="named"), rows, columns)
    pairs: list[np.ndarray] = []
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for one, other in itertools.product((-1, 1), (-1, 1)):
            sides = np.broadcast_to(along, (2, 3, len(along))).copy()  # the third coordinate runs along the edge
            sides[0, first], sides[0, second] = one, near * other
            sides[1, first], sides[1, second] = near * one, other
            (here, _), (there, _) = (find(side) for side in sides)
            apart = np.maximum(np.abs(here // columns - there // columns), np.abs(here % columns - there % columns))
            if apart.max() > 8:
                pairs.append(small[np.stack([here, there])])
    here, there = np.concatenate(pairs, axis=1)
    unrelated = float(np.mean([np.abs(here - np.roll(there, k * here.size // 7)).mean() for k in range(1, 7)]))
    return float(np.abs(here - there).mean()) / unrelated if unrelated > CONTRAST else 1.0
