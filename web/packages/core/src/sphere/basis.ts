/**
 * Real spherical harmonics, for any number of bands up to 32.
 *
 * Convention: spec/CONVENTIONS.md#spherical-harmonics. Orthonormal, order (l, m) = 00, 1−1, 10, 11, 2−2, …; the
 * polar axis is z and m counts around it, so band 1 is (y, z, x); no Condon-Shortley sign.
 */

import type { NumberList } from "./numbers.js";

export const MAX_BANDS = 32;

/** Position of the coefficient (l, m) in a list of coefficients. */
export const index = (l: number, m: number): number => l * (l + 1) + m;

/** Band l of a coefficient, from its position. */
export const bandOf = (coefficient: number): number => Math.floor(Math.sqrt(coefficient));

/**
 * Returns `bands` if so many can be computed.
 *
 * @throws RangeError outside 1…32.
 */
export function checkBands(bands: number): number {
  if (!(Number.isInteger(bands) && bands >= 1 && bands <= MAX_BANDS)) {
    throw new RangeError(`expected 1 to ${MAX_BANDS} bands, got ${bands}; 3 are enough for diffuse light`);
  }
  return bands;
}

/**
 * Number of bands that so many numbers of RGB fill: 3 for 27.
 *
 * @throws RangeError if the count is not 3, 12, 27, 48, …
 */
export function bandCount(numbers: number): number {
  const bands = Math.round(Math.sqrt(numbers / 3));
  if (bands < 1 || 3 * bands * bands !== numbers) {
    throw new RangeError(`expected 3, 12, 27, 48 … coefficients (RGB interleaved), got ${numbers}; give whole bands`);
  }
  return checkBands(bands);
}

let factors: Float64Array | undefined;

/**
 * Factor of P_l|m|(z) cos mφ (or sin) that makes Y_lm orthonormal, with √2 for m ≠ 0.
 *
 * Source: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008, appendix A1.
 */
export function normalization(l: number, m: number): number {
  factors ??= allFactors();
  return factors[(l * (l + 1)) / 2 + Math.abs(m)];
}

function allFactors(): Float64Array {
  const out = new Float64Array((MAX_BANDS * (MAX_BANDS + 1)) / 2);
  for (let l = 0; l < MAX_BANDS; l++) {
    for (let m = 0; m <= l; m++) {
      let ratio = 1; // (l + m)! / (l − m)!
      for (let k = l - m + 1; k <= l + m; k++) ratio *= k;
      out[(l * (l + 1)) / 2 + m] = Math.sqrt(((m === 0 ? 1 : 2) * (2 * l + 1)) / (4 * Math.PI * ratio));
    }
  }
  return out;
}

/**
 * Factors K of the polynomials 1, y, z, x, xy, yz, 3z²−1, xz, x²−y² that the first three bands are: 0.282095,
 * 0.488603 (×3), 1.092548 (×2), 0.315392, 1.092548, 0.546274.
 */
export const POLYNOMIAL_CONSTANTS: readonly number[] = /* @__PURE__ */ [1, 3, 3, 3, 15, 15, 5 / 4, 15, 15 / 4].map(
  (k) => Math.sqrt(k / 4 / Math.PI),
);

/**
 * Values of the bands² basis functions in a unit direction.
 *
 * The associated Legendre functions come from the usual three-term recurrence in l, with the factor sin^|m| moved into
 * the azimuthal part so that nothing is singular at the poles.
 *
 * Convention: three frame (center of the panorama +X, right +Z, up +Y). Source: Sloan, "Efficient Spherical Harmonic
 * Evaluation", JCGT 2(2), 2013.
 *
 * @param out - filled and returned, where given.
 * @throws RangeError for less than 1 or more than 32 bands.
 */
export function basis<Out extends NumberList = Float64Array>(
  direction: ArrayLike<number>,
  bands = 3,
  out: Out = new Float64Array(checkBands(bands) ** 2) as NumberList as Out,
): Out {
  checkBands(bands);
  const x = direction[0];
  const y = direction[1];
  const z = direction[2];
  let cosine = 1; // sin^m ϑ · cos mφ
  let sine = 0; // sin^m ϑ · sin mφ
  let first = 1; // P_mm / sin^m ϑ = (2m − 1)!!
  for (let m = 0; m < bands; m++) {
    let previous = 0;
    let current = first;
    for (let l = m; l < bands; l++) {
      const scaled = normalization(l, m) * current;
      out[index(l, m)] = scaled * cosine;
      if (m > 0) out[index(l, -m)] = scaled * sine;
      const next = ((2 * l + 1) * z * current - (l + m) * previous) / (l - m + 1);
      previous = current;
      current = next;
    }
    const turned = x * cosine - y * sine;
    sine = x * sine + y * cosine;
    cosine = turned;
    first *= 2 * m + 1;
  }
  return out;
}
