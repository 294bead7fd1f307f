"""Builds src/lightprobe/imaging/tone/tables/ from the color management folder of a Blender installation.

    python tools/curves/build_tables.py BLENDER/4.5/datafiles/colormanagement

Filmic's 33³ cube turns out to be a function of two numbers, a channel and the largest of the three, and is
stored as that 33² table; its way back is then exact. AgX mixes channels everywhere, so its way back is fitted:
the 49³ table whose tetrahedral interpolation best returns seeded random colors to where they came from, and
which is as smooth as can be where no color leads.

Needs NumPy and SciPy. Takes half a minute. The same files and library versions give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import cg

SOURCES = ("config.ocio", "filmic/filmic_desat_33.cube", "filmic/filmic_to_0-70_1-03.spi1d", "luts/AgX_Base_sRGB.cube")
TABLES = Path(__file__).parents[2] / "src" / "lightprobe" / "imaging" / "tone" / "tables"
STOPS, LOWEST = 25.0, -12.47393  # the AllocationTransform of "AgX Base sRGB" in config.ocio
XYZ_TO_REC709 = [  # the MatrixTransforms of "Linear Rec.709" and "Linear FilmLight E-Gamut" in config.ocio
    [3.2404373564920070, -1.5371305409000549, -0.4985288240756933],
    [-0.9692674982687597, 1.8760136862977035, 0.0415560804587997],
    [0.0556434463874256, -0.2040259700872272, 1.0572254813610864],
]
EGAMUT_TO_XYZ = [
    [0.7053968501, 0.1640413283, 0.08101774865],
    [0.2801307241, 0.8202066415, -0.1003373656],
    [-0.1037815116, -0.07290725703, 1.265746519],
]
INVERSE_SIZE = 49
SAMPLES = 3_000_000
SMOOTHNESS = 1e-3


def numbers(path: Path, columns: int) -> np.ndarray:
    """The lines of a .cube or .spi1d file that are nothing but numbers."""
    rows = []
    for line in path.read_text().splitlines():
        words = line.split()
        if len(words) == columns and words[0][0] in "-.0123456789":
            rows.append(words)
    return np.array(rows, np.float64)


def read_cube(path: Path) -> np.ndarray:
    """A .cube file as (channel, blue, green, red)."""
    rows = numbers(path, 3)
    size = round(len(rows) ** (1 / 3))
    return np.moveaxis(rows.reshape(size, size, size, 3), -1, 0)


def steps(values: np.ndarray) -> np.ndarray:
    """uint16 differences along blue, green and red, which deflate far better than values."""
    for axis in (3, 2, 1):
        values = np.diff(values, axis=axis, prepend=np.uint16(0))
    return values


def desaturation(cube: np.ndarray) -> np.ndarray:
    """Filmic's cube as [largest channel, own channel]; checks that it is no more than that."""
    size = cube.shape[1]
    blue, green, red = np.indices(cube.shape[1:])
    most = np.maximum(np.maximum(red, green), blue)
    table = np.tile(np.arange(size) / (size - 1), (size, 1))
    for values, own in zip(cube, (red, green, blue), strict=True):
        table[most, own] = values
    for values, own in zip(cube, (red, green, blue), strict=True):
        if not np.array_equal(table[most, own], values):
            raise ValueError("expected a cube of the largest and the own channel, got another; store it whole")
    return table


def tetrahedra(position: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices and weights of the four nodes that OpenColorIO interpolates positions (n, 3) [nodes] from."""
    corner = np.clip(np.floor(position), 0, size - 2).astype(np.int64)
    part = position - corner
    order = np.argsort(-part, axis=1, kind="stable")
    part = np.take_along_axis(part, order, axis=1)
    stride = np.array([1, size, size * size])
    path = np.cumsum(np.concatenate([(corner @ stride)[:, None], stride[order]], axis=1), axis=1)
    ends = np.concatenate([np.ones((len(part), 1)), part, np.zeros((len(part), 1))], axis=1)
    return path, ends[:, :-1] - ends[:, 1:]


def scene_colors(rng: np.random.Generator) -> np.ndarray:
    """Rec.709 colors of every brightness: grays, natural saturations and, a quarter, up to full saturation."""
    level = 2.0 ** rng.uniform(-12.3, 4.6, (SAMPLES, 1))
    colors = level * 2.0 ** (rng.normal(0, 1, (SAMPLES, 3)) * 2 * rng.uniform(0, 1, (SAMPLES, 1)) ** 1.5)
    quarter = SAMPLES // 4
    hue = rng.uniform(0, 1, (quarter, 3))
    hue -= hue.min(axis=1, keepdims=True)
    hue /= hue.max(axis=1, keepdims=True)
    colors[:quarter] = level[:quarter] * (1 + rng.uniform(0, 1, (quarter, 1)) * (hue - 1))
    colors[quarter : quarter + quarter // 8] = level[quarter : quarter + quarter // 8]
    return colors


def roughness(size: int) -> sparse.csr_matrix:
    """Squared second differences along the three axes, and a trace of first ones that ties down the corners."""
    eye = sparse.eye(size)
    total = sparse.csr_matrix((size**3, size**3))
    for weights, factor in (((1.0, -2.0, 1.0), 1.0), ((-1.0, 1.0), 1e-2)):
        rows = size - len(weights) + 1
        line = sparse.diags(weights, range(len(weights)), shape=(rows, size))
        for parts in ((line, eye, eye), (eye, line, eye), (eye, eye, line)):
            difference = sparse.kron(sparse.kron(parts[0], parts[1]), parts[2]).tocsr()
            total = total + factor * (difference.T @ difference)
    return total


def fit_inverse(cube: np.ndarray, gray: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """What to add to the gray axis' logarithm to get E-Gamut's, over positions on the gray axis; (3, n, n, n)."""
    size, nodes = cube.shape[1], np.arange(len(gray)) / (cube.shape[1] - 1)
    colors = scene_colors(np.random.default_rng(709))
    log = np.clip((np.log2(np.maximum(colors @ matrix.T, 1e-30)) - LOWEST) / STOPS, 0, 1)
    index, weight = tetrahedra(log * (size - 1), size)
    power = np.einsum("cnk,nk->nc", cube.reshape(3, -1)[:, index], weight)
    seen = (power < 1 - 1e-4).all(axis=1) & (power.max(axis=1) > 0.005)
    log, along = log[seen], np.interp(power[seen], gray, nodes)
    index, weight = tetrahedra(along * ((INVERSE_SIZE - 1) / nodes[-1]), INVERSE_SIZE)
    rows = np.repeat(np.arange(len(along)), 4)
    interpolate = sparse.csr_matrix((weight.ravel(), (rows, index.ravel())), shape=(len(along), INVERSE_SIZE**3))
    normal = interpolate.T @ interpolate
    normal = (normal + SMOOTHNESS * len(along) / INVERSE_SIZE**3 * roughness(INVERSE_SIZE)).tocsr()
    scale = sparse.diags(1 / normal.diagonal())
    planes = []
    for channel in range(3):
        plane, failed = cg(normal, interpolate.T @ (log - along)[:, channel], rtol=1e-6, maxiter=4000, M=scale)
        if failed:
            raise RuntimeError(f"expected the fit of channel {channel} to converge, got stuck; allow more steps")
        planes.append(plane)
    return np.stack(planes).reshape(3, INVERSE_SIZE, INVERSE_SIZE, INVERSE_SIZE)


def main(folder: Path) -> None:
    TABLES.mkdir(exist_ok=True)
    curve = numbers(folder / SOURCES[2], 1)[:, 0]
    table = desaturation(read_cube(folder / SOURCES[1]))
    np.savez_compressed(TABLES / "filmic.npz", curve=curve.astype(np.float32), desaturation=table.astype(np.float32))

    cube = read_cube(folder / SOURCES[3])
    diagonal = np.arange(cube.shape[1])
    gray = cube[:, diagonal, diagonal, diagonal].mean(axis=0)
    gray = np.concatenate([[0.0], gray[1 : np.argmax(gray >= 1) + 1]])
    matrix = np.linalg.inv(EGAMUT_TO_XYZ) @ np.linalg.inv(XYZ_TO_REC709)
    residual = fit_inverse(cube, gray, matrix)
    if np.abs(residual).max() >= 0.5:
        raise ValueError(f"expected corrections below half of the range, got {np.abs(residual).max():.2f}; scale them")
    residual = np.round(residual * 65536).astype(np.int16)
    np.savez_compressed(
        TABLES / "agx.npz",
        matrix=matrix,
        gray=gray.astype(np.float32),
        forward_steps=steps(np.round(cube * 65535).astype(np.uint16)),
        inverse_steps=steps(residual.view(np.uint16)),
    )
    record = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in SOURCES}
    (TABLES / "sources.json").write_text(json.dumps({"blender": "4.5 LTS", "sha256": record}, indent=2) + "\n")
    for path in sorted(TABLES.glob("*.npz")):
        print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="datafiles/colormanagement of a Blender installation")
    main(parser.parse_args().folder)
