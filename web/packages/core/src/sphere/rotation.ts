/**
 * Turning and mirroring light.
 *
 * Convention: spec/CONVENTIONS.md#rotation. `matrix` acts on directions, d' = M d. The turned light shines from M d
 * where the old one shone from d.
 */

import type { Triple } from "../types.js";
import { bandCount, basis } from "./basis.js";
import type { NumberList } from "./numbers.js";

interface Quadrature {
  /** Unit directions, three numbers each. */
  directions: Float64Array;
  /** Basis there, times the weight of the direction [sr]; bands² numbers each. */
  weighted: Float64Array;
  /** Room for the basis in one direction. */
  basis: Float64Array;
  /** Room for a result, so that light can be turned in its own place. */
  result: Float64Array;
}

const quadratures = /* @__PURE__ */ new Map<number, Quadrature>();

/**
 * Coefficients of the light turned (or mirrored) by a 3×3 matrix.
 *
 * L'_i = Σ_j L_j ∫ Y_i(d) Y_j(Mᵀd) dω by a quadrature that is exact for so many bands: any rotation or reflection.
 *
 * @param coeffs - 3 × bands² numbers, RGB interleaved.
 * @param matrix - nine numbers, row by row.
 * @param out - filled and returned, where given; may be `coeffs`.
 * @throws RangeError if `matrix` is not orthogonal, or the coefficients do not fill whole bands.
 */
export function rotate<Out extends NumberList = Float64Array>(
  coeffs: ArrayLike<number>,
  matrix: ArrayLike<number>,
  out: Out = new Float64Array(coeffs.length) as NumberList as Out,
): Out {
  const bands = bandCount(coeffs.length);
  checkOrthogonal(matrix);
  const count = bands * bands;
  const { directions, weighted, basis: values, result } = quadrature(bands);
  const before = [0, 0, 0];
  result.fill(0);
  for (let at = 0, k = 0; at < directions.length; at += 3, k += count) {
    for (let i = 0; i < 3; i++) {
      before[i] = matrix[i] * directions[at] + matrix[3 + i] * directions[at + 1] + matrix[6 + i] * directions[at + 2];
    }
    basis(before, bands, values);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let j = 0; j < count; j++) {
      red += values[j] * coeffs[3 * j];
      green += values[j] * coeffs[3 * j + 1];
      blue += values[j] * coeffs[3 * j + 2];
    }
    for (let i = 0; i < count; i++) {
      result[3 * i] += weighted[k + i] * red;
      result[3 * i + 1] += weighted[k + i] * green;
      result[3 * i + 2] += weighted[k + i] * blue;
    }
  }
  for (let i = 0; i < 3 * count; i++) out[i] = result[i];
  return out;
}

/**
 * A direction turned (or mirrored) by a 3×3 matrix.
 *
 * @param matrix - nine numbers, row by row.
 * @param out - filled and returned, where given; may be `direction`.
 * @throws RangeError if `matrix` is not orthogonal.
 */
export function rotateDirection(
  direction: ArrayLike<number>,
  matrix: ArrayLike<number>,
  out: Triple = [0, 0, 0],
): Triple {
  checkOrthogonal(matrix);
  const [x, y, z] = [direction[0], direction[1], direction[2]];
  for (let i = 0; i < 3; i++) out[i] = matrix[3 * i] * x + matrix[3 * i + 1] * y + matrix[3 * i + 2] * z;
  return out;
}

/**
 * Refuses a matrix that is no rotation or reflection.
 *
 * @throws RangeError in one line.
 */
export function checkOrthogonal(matrix: ArrayLike<number>): void {
  let good = matrix.length === 9;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      const product =
        matrix[3 * i] * matrix[3 * j] + matrix[3 * i + 1] * matrix[3 * j + 1] + matrix[3 * i + 2] * matrix[3 * j + 2];
      good &&= Math.abs(product - (i === j ? 1 : 0)) <= 1e-5; // loose enough for matrices of float32
    }
  }
  if (!good) {
    const got = Array.from(matrix, (value) => Number(value.toFixed(4)));
    throw new RangeError(
      `expected a 3×3 rotation or reflection (nine numbers, row by row), got [${got}]; normalize it first`,
    );
  }
}

/** Gauss-Legendre in z, equal steps in azimuth: exact for products of two functions of so many bands. */
function quadrature(bands: number): Quadrature {
  let made = quadratures.get(bands);
  if (!made) {
    made = makeQuadrature(bands);
    quadratures.set(bands, made);
  }
  return made;
}

function makeQuadrature(bands: number): Quadrature {
  const steps = 2 * bands;
  const count = bands * bands;
  const directions = new Float64Array(3 * bands * steps);
  const weighted = new Float64Array(count * bands * steps);
  for (let row = 0, k = 0; row < bands; row++) {
    const { z, weight } = gaussLegendre(row, bands);
    const radius = Math.sqrt(1 - z * z);
    for (let step = 0; step < steps; step++, k++) {
      const azimuth = (2 * Math.PI * (step + 0.5)) / steps;
      const direction = [radius * Math.cos(azimuth), radius * Math.sin(azimuth), z];
      directions.set(direction, 3 * k);
      const values = basis(direction, bands);
      for (let i = 0; i < count; i++) weighted[k * count + i] = (values[i] * weight * 2 * Math.PI) / steps;
    }
  }
  return { directions, weighted, basis: new Float64Array(count), result: new Float64Array(3 * count) };
}

/** One node of the Gauss-Legendre rule with n nodes and its weight: Newton's method on P_n. */
function gaussLegendre(node: number, n: number): { z: number; weight: number } {
  let z = Math.cos((Math.PI * (node + 0.75)) / (n + 0.5));
  let slope = 1;
  for (let round = 0; round < 8; round++) {
    let previous = 0;
    let current = 1;
    for (let l = 0; l < n; l++) {
      const next = ((2 * l + 1) * z * current - l * previous) / (l + 1);
      previous = current;
      current = next;
    }
    slope = (n * (previous - z * current)) / (1 - z * z);
    z -= current / slope;
  }
  return { z, weight: 2 / ((1 - z * z) * slope * slope) };
}
