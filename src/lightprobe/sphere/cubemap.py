"""Cubemaps: six square faces in the order and layout in which graphics libraries take them.

Convention: faces +X, −X, +Y, −Y, +Z, −Z; row 0 on top; a texel shows the direction with which a GPU samples
it (OpenGL, Vulkan, Direct3D, WebGL agree). Coordinates are those of our frame. three.js samples loaded cube
textures with x negated; mirror the panorama first to make faces for it.

Source: OpenGL 4.6 core specification, table 8.19.
"""

from __future__ import annotations

import numpy as np

from lightprobe._shapes import Float, Num
from lightprobe.sphere import equirect
from lightprobe.sphere.basis import basis, check_bands

FACES = ("px", "nx", "py", "ny", "pz", "nz")

# for each face: the direction of the image's right, of its top, and of its centre
_AXES = np.array(
    [
        [[0, 0, -1], [0, 1, 0], [1, 0, 0]],
        [[0, 0, 1], [0, 1, 0], [-1, 0, 0]],
        [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
        [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[-1, 0, 0], [0, 1, 0], [0, 0, -1]],
    ],
    np.float64,
)


def directions(size: int) -> Float[np.ndarray, "6 {size} {size} 3"]:
    """Unit direction of the centre of each texel."""
    s = (2 * np.arange(size) + 1) / size - 1
    right, up = np.broadcast_arrays(s[None, :, None], -s[:, None, None])
    vectors = right * _AXES[:, None, None, 0] + up * _AXES[:, None, None, 1] + _AXES[:, None, None, 2]
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def solid_angles(size: int) -> Float[np.ndarray, "{size} {size}"]:
    """Exact solid angle of each texel of one face [sr]; six faces add up to 4π.

    Source: Driscoll, "Cubemap Texel Solid Angle", 2012 (area of a rectangle seen from the centre).
    """
    edge = 2 * np.arange(size + 1) / size - 1
    x, y = np.meshgrid(edge, edge)
    corner = np.arctan2(x * y, np.sqrt(x * x + y * y + 1))
    return corner[1:, 1:] - corner[1:, :-1] - corner[:-1, 1:] + corner[:-1, :-1]


def check_faces(faces: Num[np.ndarray, ...]) -> None:
    """Raises: ValueError if the array is not six square faces."""
    if faces.ndim != 4 or faces.shape[0] != 6 or faces.shape[1] != faces.shape[2]:
        raise ValueError(f"expected six square faces (6, n, n, channels), got {faces.shape}; order {' '.join(FACES)}")


def project_cubemap(faces: Num[np.ndarray, "6 s s c"], bands: int = 3) -> Float[np.ndarray, "n c"]:
    """Radiance coefficients of a cubemap, texel by texel with exact solid angles.

    The basis is taken at texel centres, as every cubemap tool does; a constant cubemap gives zeros in bands 1
    to 3 by symmetry.

    Raises: ValueError if there are not six square faces.
    """
    check_faces(faces)
    check_bands(bands)
    size = faces.shape[1]
    angle = solid_angles(size)[..., None]
    total = np.zeros((bands * bands, faces.shape[3]))
    for face, toward in zip(faces, directions(size), strict=True):
        weighted = (basis(toward, bands) * angle).reshape(size * size, -1)
        total += weighted.T @ face.reshape(size * size, -1).astype(np.float64)
    return total


def from_equirect(panorama: Float[np.ndarray, "h w c"], size: int) -> Float[np.ndarray, "6 {size} {size} c"]:
    """Faces of a panorama, after averaging it down to their resolution where it is finer."""
    equirect.check_panorama(*panorama.shape[:2])
    if panorama.shape[0] > 2 * size:
        panorama = equirect.resize(panorama, 2 * size, 4 * size)
    return equirect.sample(panorama, directions(size))


def sample(faces: Num[np.ndarray, "6 s s c"], toward: Float[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape c"]:
    """Values of the cubemap in these directions, bilinear within a face."""
    size = faces.shape[1]
    axis = np.argmax(np.abs(toward), axis=-1)
    major = np.take_along_axis(toward, axis[..., None], -1)[..., 0]
    face = 2 * axis + (major < 0)
    right = np.einsum("...k,...k->...", toward, _AXES[face, 0]) / np.abs(major)
    down = -np.einsum("...k,...k->...", toward, _AXES[face, 1]) / np.abs(major)
    column = np.clip((right + 1) * size / 2 - 0.5, 0, size - 1)
    row = np.clip((down + 1) * size / 2 - 0.5, 0, size - 1)
    left, top = np.floor(column).astype(int), np.floor(row).astype(int)
    next_left, next_top = np.minimum(left + 1, size - 1), np.minimum(top + 1, size - 1)
    u, v = (column - left)[..., None], (row - top)[..., None]
    upper = faces[face, top, left] * (1 - u) + faces[face, top, next_left] * u
    lower = faces[face, next_top, left] * (1 - u) + faces[face, next_top, next_left] * u
    return upper * (1 - v) + lower * v


def to_equirect(faces: Num[np.ndarray, "6 s s c"], height: int) -> Float[np.ndarray, "{height} w c"]:
    """The panorama (height × 2·height) that the cubemap shows, four samples a pixel.

    Raises: ValueError if there are not six square faces.
    """
    check_faces(faces)
    fine = sample(faces, equirect.directions(2 * height, 4 * height))
    return equirect.resize(fine, height, 2 * height)
