"""How other tools store spherical harmonics, and conversion to and from their conventions.

Convention: spec/CONVENTIONS.md#stored. A convention is a frame (axes), a matrix (scale, sign and mixture of
the coefficients of one channel) and a layout (which number comes first). lightprobe itself uses radiance
coefficients L_lm in the three.js frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lightprobe._shapes import Float
from lightprobe.sphere.harmonics.basis import POLYNOMIAL_CONSTANTS, band_count, orders
from lightprobe.sphere.harmonics.irradiance import cosine_lobe
from lightprobe.sphere.harmonics.rotation import rotation_matrix
from lightprobe.sphere.interop.frames import FRAMES

Matrix = Float[np.ndarray, "n n"]
MatrixOfBands = Callable[[int], Matrix]


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One way of storing coefficients."""

    name: str
    summary: str
    frame: str
    """Key of FRAMES: the axes in which the light is stored."""
    matrix: MatrixOfBands
    """Function from the number of bands to the matrix that turns the radiance coefficients of a channel, in that
    frame, into its stored values."""
    planar: bool = False
    """True if all red values come first, then green, then blue; False if RGB is interleaved."""
    names: tuple[str, ...] = ()
    """Names of the stored values, where there is not one value per (l, m)."""
    window: str = "none"
    """The window that the tool applies by default."""
    source: str

    def labels(self, bands: int = 3) -> list[str]:
        """Names of the stored values of a channel."""
        return list(self.names) or [f"L{l}{m}" for l, m in zip(*orders(bands), strict=True)]


def signs(bands: int) -> Float[np.ndarray, " n"]:
    """The Condon-Shortley sign: −1 for odd |m|, else 1."""
    return np.where(orders(bands)[1] % 2, -1.0, 1.0)


def _shaded(bands: int) -> Matrix:
    """E/π, the radiance of a white surface, as a polynomial in 1, y, z, x, xy, yz, 3z²−1, xz, x²−y²."""
    if bands != 3:
        raise ValueError(f"expected 3 bands for this convention, got {bands}; project with bands=3 (--bands 3)")
    return np.diag(cosine_lobe(3) * POLYNOMIAL_CONSTANTS / math.pi)


def _mixed(*rows: dict[int, float]) -> MatrixOfBands:
    """Stored values as sums of the polynomial's coefficients, each sum as {index: factor}."""
    mixture = np.zeros((9, 9))
    for value, row in zip(mixture, rows, strict=True):
        value[list(row)] = list(row.values())
    return lambda bands: mixture @ _shaded(bands)


def _twice_filtered(mixture: MatrixOfBands) -> MatrixOfBands:
    """Stored values of light that has been multiplied by the cosine lobe (A_l/π) once already."""
    return lambda bands: mixture(bands) @ np.diag(cosine_lobe(bands) / math.pi)


def _diagonal(*factors: Callable[[int], Float[np.ndarray, " n"]]) -> MatrixOfBands:
    """Stored values that are multiples of the coefficients."""
    return lambda bands: np.diag(np.prod([np.ones(bands * bands), *(f(bands) for f in factors)], axis=0))


_PACKED = _mixed({3: 1}, {1: 1}, {2: 1}, {0: 1, 6: -1}, {4: 1}, {5: 1}, {6: 3}, {7: 1}, {8: 1})
_PACKED_NAMES = ("A.x", "A.y", "A.z", "A.w", "B.x", "B.y", "B.z", "B.w", "C")
_PLAYCANVAS = _mixed({0: 1}, {3: 1}, {1: 1}, {2: 1}, {7: 1}, {5: 1}, {4: 1}, {6: 1}, {8: 1})
_BABYLON = _mixed(
    {3: 1}, {1: 1}, {2: 1}, {0: 1, 6: -1, 8: 1}, {0: 1, 6: -1, 8: -1}, {0: 1, 6: 2}, {5: 1}, {7: 1}, {4: 1}
)

_CMGEN = "Filament, tools/cmgen/src/cmgen.cpp and libs/ibl/src/CubemapSH.cpp"


def _convention(name: str, summary: str, frame: str, matrix: MatrixOfBands, source: str, **more: Any) -> Convention:
    return Convention(name=name, summary=summary, frame=frame, matrix=matrix, source=source, **more)


CONVENTIONS: dict[str, Convention] = {
    convention.name: convention
    for convention in (
        _convention(
            "radiance",
            "L_lm, as lightprobe itself stores them; three.js LightProbe.sh",
            "three",
            _diagonal(),
            "three.js, src/math/SphericalHarmonics3.js",
        ),
        _convention(
            "irradiance",
            "A_l L_lm: irradiance by evaluating the basis",
            "three",
            _diagonal(cosine_lobe),
            "Ramamoorthi & Hanrahan 2001, equation 7",
        ),
        _convention(
            "cmgen",
            "cmgen --sh-shader: E/π as a polynomial, windowed; Filament IndirectLight",
            "filament",
            _shaded,
            _CMGEN,
            window="auto",
        ),
        _convention(
            "cmgen-irradiance",
            "cmgen --sh-irradiance: A_l L_lm, Condon-Shortley sign, windowed",
            "filament",
            _diagonal(signs, cosine_lobe),
            _CMGEN,
            window="auto",
        ),
        _convention(
            "cmgen-radiance",
            "cmgen --sh: L_lm, Condon-Shortley sign, windowed on radiance",
            "filament",
            _diagonal(signs),
            _CMGEN,
            window="auto-radiance",
        ),
        _convention(
            "arcore",
            "ARCore Environmental HDR: L_lm, Condon-Shortley sign",
            "three",
            _diagonal(signs),
            "google-ar/arcore-android-sdk, hello_ar_java, sphericalHarmonicFactors; "
            "arcore-unity-sdk reads it with sign + (spec/golden/frames.json lists the conflict)",
        ),
        _convention(
            "arkit",
            "ARKit directional light estimate: 9 red, 9 green, 9 blue",
            "three",
            _diagonal(),
            "Apple, ARDirectionalLightEstimate: only the planar layout is documented; scale and sign assumed",
            planar=True,
        ),
        _convention(
            "webxr",
            "WebXR Lighting Estimation: L_lm, as three.js reads it",
            "three",
            _diagonal(),
            "immersive-web/lighting-estimation; three.js, XREstimatedLight.js (the specification leaves the sign open)",
        ),
        _convention(
            "unity",
            "Unity SphericalHarmonicsL2: E/π as a polynomial, channel by channel",
            "unity",
            _shaded,
            "Unity-Technologies/Graphics, HDRP SphericalHarmonics.cs",
            planar=True,
            names=tuple(f"sh{i}" for i in range(9)),
        ),
        _convention(
            "unity-packed",
            "Unity shader constants unity_SHAr … unity_SHC",
            "unity",
            _PACKED,
            "Unity-Technologies/Graphics, SphericalHarmonics.cs PackCoefficients, EntityLighting.hlsl",
            names=tuple(f"SH{name}" for name in _PACKED_NAMES),
        ),
        _convention(
            "unreal",
            "Unreal FSHVectorRGB3: L_lm, Condon-Shortley sign, channel by channel",
            "unreal",
            _diagonal(signs),
            "Unreal Engine, Core/Public/Math/SHMath.h",
            planar=True,
            names=tuple(f"V{i}" for i in range(9)),
        ),
        _convention(
            "unreal-packed",
            "Unreal sky irradiance constants, 7 × float4",
            "unreal",
            _PACKED,
            "Unreal Engine, SetupSkyIrradianceEnvironmentMapConstantsFromSkyIrradiance",
            names=_PACKED_NAMES,
        ),
        _convention(
            "blender",
            "L_lm in Blender's axes (it has no SH of its own: for nodes and scripts)",
            "blender",
            _diagonal(),
            "axes rendered in Blender 4.5.15",
        ),
        _convention(
            "godot",
            "L_lm in Godot's axes (it has no SH of its own: for shaders and scripts)",
            "godot",
            _diagonal(),
            "godotengine/godot, shaders/environment/sky.glsl",
        ),
        _convention(
            "usd",
            "L_lm in USD's axes, Y up (it has no SH of its own: for UsdLuxDomeLight)",
            "usd",
            _diagonal(),
            "openusd.org, schema DomeLight: OpenEXR's latitude-longitude map",
        ),
        _convention(
            "cesium",
            "CesiumJS sphericalHarmonicCoefficients: as cmgen --sh-shader --no-mirror",
            "cesium",
            _shaded,
            "CesiumGS/cesium, ImageBasedLighting.js, sphericalHarmonics.glsl (spec/golden/frames.json lists conflicts)",
            window="auto",
        ),
        _convention(
            "playcanvas",
            "PlayCanvas material.ambientSH: E/π as a polynomial in its order",
            "playcanvas",
            _PLAYCANVAS,
            "playcanvas, shader-lib/glsl/chunks/lit/frag/ambient.js",
            names=("1", "x", "y", "z", "xz", "zy", "yx", "3zz-1", "xx-yy"),
        ),
        _convention(
            "babylon",
            "Babylon.js SphericalPolynomial: (A_l/π)² K L_lm over x … xy",
            "babylon",
            _twice_filtered(_BABYLON),
            "@babylonjs/core, Maths/sphericalPolynomial; its shader takes one cosine filter out again",
            names=("x", "y", "z", "xx", "yy", "zz", "yz", "zx", "xy"),
        ),
    )
}
"""All conventions by name; lightprobe's own comes first."""


def find_convention(name: str) -> Convention:
    """The convention with this name; three is another name of radiance. Raises: ValueError for an unknown name."""
    try:
        return CONVENTIONS["radiance" if name == "three" else name]
    except KeyError:
        raise ValueError(
            f"expected a convention ({', '.join(CONVENTIONS)}), got {name!r}; choose one of these"
        ) from None


def encode(coeffs: Float[np.ndarray, "n c"], name: str) -> Float[np.ndarray, "n c"]:
    """Stored values, one per row, from radiance coefficients in the three.js frame. Applies no window.

    Raises: ValueError for an unknown convention, or one that needs 3 bands.
    """
    convention, bands = find_convention(name), band_count(len(coeffs))
    if convention.frame != "three":  # the rotation by nothing is not exact
        coeffs = _into_frame(convention.frame, bands) @ coeffs
    return convention.matrix(bands) @ coeffs


@lru_cache(maxsize=32)
def _into_frame(frame: str, bands: int) -> Matrix:
    """The matrix that turns coefficients from the three.js frame into another one."""
    return rotation_matrix(FRAMES[frame], bands)


def decode(values: Float[np.ndarray, ...], name: str) -> Float[np.ndarray, "n 3"]:
    """Radiance coefficients in the three.js frame from stored values: rows of RGB, or a flat list in the tool's layout.

    Raises: ValueError for an unknown convention or a count that does not fill whole bands.
    """
    convention = find_convention(name)
    values = np.asarray(values, np.float64)
    if values.ndim == 1:
        if values.size % 3:
            raise ValueError(f"expected 3 numbers per coefficient, got {values.size} in total; three bands need 27")
        values = values.reshape(3, -1).T if convention.planar else values.reshape(-1, 3)
    bands = band_count(len(values))
    matrix = convention.matrix(bands)
    if not matrix.any(axis=0).all():
        raise ValueError(
            f"expected values that keep all coefficients, got {bands} bands of {name!r}, which drops some; give 3"
        )
    coeffs = np.linalg.solve(matrix, values)
    return coeffs if convention.frame == "three" else rotation_matrix(FRAMES[convention.frame].T, bands) @ coeffs


def flatten(values: Float[np.ndarray, "n 3"], name: str) -> Float[np.ndarray, " k"]:
    """Stored values as a flat list, in the tool's layout."""
    return (values.T if find_convention(name).planar else values).ravel()
