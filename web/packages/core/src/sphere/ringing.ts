/** How far below zero nine coefficients dip somewhere on the sphere: exactly, and by cmgen's bound. */

import { POLYNOMIAL_CONSTANTS } from "./basis.js";

const [K0, K1, , , , , K20, , K22] = POLYNOMIAL_CONSTANTS;

/** Nine coefficients of one channel as a function of the unit vector n: nᵀ form n + linear·n + mean. */
interface Quadratic {
  mean: number;
  linear: number[];
  /** xx, xy, xz, yx, … of the symmetric matrix; its trace is 0. */
  form: number[];
}

function quadratic(c: ArrayLike<number>): Quadratic {
  const xy = K22 * c[4]; // half of K for xy, which is twice K for x²−y²
  const yz = K22 * c[5];
  const xz = K22 * c[7];
  const xx = K22 * c[8] - K20 * c[6];
  const yy = -K22 * c[8] - K20 * c[6];
  return {
    mean: K0 * c[0],
    linear: [K1 * c[3], K1 * c[1], K1 * c[2]],
    form: [xx, xy, xz, xy, yy, yz, xz, yz, 2 * K20 * c[6]],
  };
}

const ANGLES = 721;
let heights: Float64Array | undefined; // z at equal steps of the angle from the axis
let slopes: Float64Array | undefined; // |z| √(1 − z²)
const bounds = /* @__PURE__ */ new Float64Array(ANGLES);

/**
 * A lower bound on the minimum of one channel under a window, as cmgen tests it: the worst phases of |m| = 1 and 2
 * about the axis along which band 1 points (z, where it points nowhere). Returns it as a function of the window's
 * factors for bands 1 and 2.
 *
 * Source: Filament, CubemapSH.cpp, windowSH/shmin; after Sloan, "Deringing Spherical Harmonics", 2017.
 */
export function sloanBound(channel: ArrayLike<number>): (factor1: number, factor2: number) => number {
  const { mean, linear, form } = quadratic(channel);
  const length = Math.hypot(...linear);
  const z = length > 0 ? linear.map((value) => value / length) : [0, 0, 1];
  const [x, y] = across(z);
  const zz = product(form, z, z);
  const aroundOne = 2 * Math.hypot(product(form, x, z), product(form, y, z));
  const aroundTwo = Math.hypot((product(form, x, x) - product(form, y, y)) / 2, product(form, x, y));
  return (factor1, factor2) =>
    leastAlongZ(
      factor2 * (1.5 * zz + aroundTwo),
      factor1 * length,
      mean - factor2 * (zz / 2 + aroundTwo),
      factor2 * aroundOne,
    );
}

/** Minimum of a z² + b z + c − d |z| √(1 − z²) over z from −1 to 1. */
function leastAlongZ(a: number, b: number, c: number, d: number): number {
  heights ??= Float64Array.from({ length: ANGLES }, (_, i) => Math.cos((Math.PI * i) / (ANGLES - 1)));
  slopes ??= heights.map((z) => Math.abs(z) * Math.sqrt(1 - z * z));
  let best = 0;
  for (let i = 0; i < ANGLES; i++) {
    const z = heights[i];
    bounds[i] = (a * z + b) * z + c - d * slopes[i];
    if (bounds[i] < bounds[best]) best = i;
  }
  const least = bounds[best];
  best = Math.min(Math.max(best, 1), ANGLES - 2);
  const left = bounds[best - 1]; // refined once: a parabola through the best three
  const right = bounds[best + 1];
  const curvature = left - 2 * bounds[best] + right;
  const dip = curvature > 0 ? (left - right) ** 2 / (8 * curvature) : 0;
  return Math.min(least, bounds[best] - dip);
}

/** Two unit vectors at right angles to this one and to each other. */
function across(z: readonly number[]): [number[], number[]] {
  const sizes = z.map(Math.abs);
  const helper = [0, 0, 0];
  helper[sizes.indexOf(Math.min(...sizes))] = 1;
  const side = cross(helper, z);
  const length = Math.hypot(...side);
  const x = side.map((value) => value / length);
  return [x, cross(z, x)];
}

const cross = (a: readonly number[], b: readonly number[]): number[] => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

function product(form: readonly number[], a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += a[Math.floor(i / 3)] * form[i] * b[i % 3];
  return sum;
}

/**
 * Exact minimum over the sphere of the function that nine coefficients of one channel describe.
 *
 * It is a quadratic form plus a linear one on unit vectors, minimal at n = −(A − μ)⁻¹ b/2 for the one μ at or below A's
 * smallest eigenvalue that gives n the length 1.
 *
 * Source: Gander, Golub & von Matt, "A constrained eigenvalue problem", Lin. Alg. Appl. 114, 1989.
 */
export function quadraticMinimum(channel: ArrayLike<number>): number {
  let scale = 0;
  for (let i = 0; i < 9; i++) scale = Math.max(scale, Math.abs(channel[i]));
  if (scale === 0) return 0;
  const { mean, linear, form } = quadratic(Array.from(channel, (value) => value / scale));
  const { values, vectors } = eigen(form);
  const half = vectors.map((vector) => (vector[0] * linear[0] + vector[1] * linear[1] + vector[2] * linear[2]) / 2);
  const tiny = 1e-150; // the least gap: its square must not underflow below
  let low = values[0] - Math.hypot(...half) - 1e-12;
  let high = values[0];
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    let length = 0;
    for (let i = 0; i < 3; i++) length += (half[i] / Math.max(values[i] - middle, tiny)) ** 2;
    if (length > 1) high = middle;
    else low = middle;
  }
  const normal = half.map((value, i) => -value / Math.max(values[i] - low, tiny));
  const slack = 1 - normal.reduce((sum, value) => sum + value * value, 0);
  if (slack > 0) {
    // the "hard case": what is missing in length goes along the lowest eigenvector for nothing
    normal[0] = Math.sqrt(normal[0] ** 2 + slack) * (normal[0] < 0 ? -1 : 1);
  }
  const length = Math.hypot(...normal);
  return scale * normal.reduce((sum, n, i) => sum + (n / length) * (values[i] * (n / length) + 2 * half[i]), mean);
}

/** Eigenvalues, the smallest first, and unit eigenvectors of a symmetric 3×3 matrix: Jacobi's method. */
function eigen(form: readonly number[]): { values: number[]; vectors: number[][] } {
  const a = [form.slice(0, 3), form.slice(3, 6), form.slice(6, 9)];
  const vectors = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < 12; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      if (a[p][q] === 0) continue;
      const half = (a[q][q] - a[p][p]) / (2 * a[p][q]);
      const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(half, 1));
      const cosine = 1 / Math.hypot(tangent, 1);
      const sine = tangent * cosine;
      for (const row of a) turn(row, p, row, q, cosine, sine);
      for (let k = 0; k < 3; k++) turn(a[p], k, a[q], k, cosine, sine);
      for (let k = 0; k < 3; k++) turn(vectors[p], k, vectors[q], k, cosine, sine);
      a[p][q] = 0;
      a[q][p] = 0;
    }
  }
  const order = [0, 1, 2].sort((i, j) => a[i][i] - a[j][j]);
  return { values: order.map((i) => a[i][i]), vectors: order.map((i) => vectors[i]) };
}

/** Turns the pair (one[i], other[j]) by an angle. */
function turn(one: number[], i: number, other: number[], j: number, cosine: number, sine: number): void {
  const before = one[i];
  one[i] = cosine * before - sine * other[j];
  other[j] = sine * before + cosine * other[j];
}
