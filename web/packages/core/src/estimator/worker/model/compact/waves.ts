/** The exact projection of a panorama in two steps: sums over each row with five waves, then a share of each sum. */

import { rowEdges } from "../../../../sphere/panorama.js";

/** 1, cos θ, cos 2θ, sin θ and sin 2θ. */
const WAVES = 5;
const COEFFS = 9;

/** What the kernel `project` needs for panoramas of one size. */
export interface ProjectionTables {
  /** Column by column, the waves at its center. */
  around: Float32Array;
  /** Row by row, then wave by wave, what a sum brings to each of the coefficients. */
  down: Float32Array;
}

/**
 * The tables of a panorama of `height` rows, 2:1.
 *
 * Convention: three frame, a panorama's center looks along +X, and its columns run towards +Z; radiance coefficients as in
 * spec/CONVENTIONS.md#spherical-harmonics.
 */
export function projectionTables(height: number): ProjectionTables {
  const width = 2 * height;
  const around = new Float32Array(width * WAVES);
  for (let column = 0; column < width; column++) {
    const angle = (2 * Math.PI * (column + 0.5)) / width - Math.PI;
    around.set([1, Math.cos(angle), Math.cos(2 * angle), Math.sin(angle), Math.sin(2 * angle)], column * WAVES);
  }
  // integrals over a column are the values at its center times these
  const [w0, w1, w2] = [(2 * Math.PI) / width, 2 * Math.sin(Math.PI / width), Math.sin((2 * Math.PI) / width)];
  const [k0, k1, k2] = [1, 3, 15].map((factor) => Math.sqrt(factor / (4 * Math.PI)));
  const [k20, k22] = [Math.sqrt(5 / (16 * Math.PI)), k2 / 2];
  const down = new Float32Array(height * WAVES * COEFFS);
  const edges = rowEdges(height);
  for (let row = 0; row < height; row++) {
    // integrals over the row of s = sin φ, c = cos φ and their products
    const [one, s, c, sc, cc, ss] = antiderivatives(edges[row], (Math.PI * row) / height).map(
      (upper, i, _, lower = antiderivatives(edges[row + 1], (Math.PI * (row + 1)) / height)) => upper - lower[i],
    );
    // x = c cos θ, y = s, z = c sin θ
    down.set(
      [
        [k0 * one * w0, k1 * s * w0, 0, 0, 0, 0, k20 * (1.5 * cc - one) * w0, 0, k22 * (cc / 2 - ss) * w0],
        [0, 0, 0, k1 * c * w1, k2 * sc * w1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, -1.5 * k20 * cc * w2, 0, (k22 / 2) * cc * w2],
        [0, 0, k1 * c * w1, 0, 0, k2 * sc * w1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, (k2 / 2) * cc * w2, 0],
      ].flat(),
      row * WAVES * COEFFS,
    );
  }
  return { around, down };
}

/** Of 1, s, c, s c, c² and s² times cos φ dφ, at an edge of a row, of which `colatitude` is the angle from the zenith. */
function antiderivatives(s: number, colatitude: number): number[] {
  const c = Math.sin(colatitude);
  return [s, (s * s) / 2, (s * c - colatitude) / 2, -(c ** 3) / 3, s - s ** 3 / 3, s ** 3 / 3];
}
