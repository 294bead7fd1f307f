/**
 * Filling: radiance of the unseen part of a panorama, extrapolated smoothly from the seen part.
 *
 * Each cell gets the mean of all seen cells, weighted by their seen solid angle and by 1/(1 − cos γ + ε)² of the angle γ
 * between them, ε that of one cell: inverse-distance weighting on the sphere.
 *
 * Source: Shepard, "A two-dimensional interpolation function for irregularly-spaced data", 1968; spec/CONVENTIONS.md
 * #partial-pictures.
 */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";

const { width: WIDTH, height: HEIGHT } = PANORAMA;

/** Weights of the filling. They depend on the geometry alone. */
export interface Filling {
  /** Cells that are seen, at least in part. */
  seen: Uint16Array;
  /** Cells that are not seen, at least in part. */
  gaps: Uint16Array;
  /** For each gap, what its unseen part gets of the radiance summed over each seen cell: row by row. */
  weights: Float32Array;
}

/** The weights, from the seen share of each cell [0…1]. */
export function fillingOf(share: Float32Array): Filling {
  const cells = Array.from(share.keys());
  const seen = Uint16Array.from(cells.filter((cell) => share[cell] > 0));
  const gaps = Uint16Array.from(cells.filter((cell) => share[cell] < 1 - 1e-6));
  const weights = new Float32Array(seen.length * gaps.length);
  const edges = rowEdges(HEIGHT);
  const angles = Float64Array.from(
    seen,
    (cell) => edges[Math.floor(cell / WIDTH)] - edges[Math.floor(cell / WIDTH) + 1],
  );
  const parts = Float64Array.from(seen, (cell) => share[cell]);
  const toward = centers(seen);
  const from = centers(gaps);
  const near = new Float64Array(seen.length);
  const farthest = 2 - Math.cos(Math.PI / HEIGHT);
  for (let g = 0, first = 0; g < gaps.length; g++, first += seen.length) {
    const x = from[3 * g];
    const y = from[3 * g + 1];
    const z = from[3 * g + 2];
    let sum = 0;
    for (let s = 0; s < near.length; s++) {
      const cosine = x * toward[3 * s] + y * toward[3 * s + 1] + z * toward[3 * s + 2];
      const distance = farthest - (cosine < 1 ? cosine : 1);
      near[s] = angles[s] / (distance * distance); // the sum over a cell is its share times its mean
      sum += near[s] * parts[s];
    }
    const factor = (1 - share[gaps[g]]) / Math.max(sum, 1e-300); // black where nothing is seen
    for (let s = 0; s < near.length; s++) weights[first + s] = near[s] * factor;
  }
  return { seen, gaps, weights };
}

/** Fills gaps in place: `sums` holds RGB over the seen part of each cell, and afterwards the mean of the whole cell. */
export function fill(sums: Float32Array, { seen, gaps, weights }: Filling, room: Float32Array): void {
  room.fill(0);
  for (let g = 0, first = 0; g < gaps.length; g++, first += seen.length) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let s = 0; s < seen.length; s++) {
      const weight = weights[first + s];
      const at = 3 * seen[s];
      red += weight * sums[at];
      green += weight * sums[at + 1];
      blue += weight * sums[at + 2];
    }
    const to = 3 * gaps[g];
    room[to] = red;
    room[to + 1] = green;
    room[to + 2] = blue;
  }
  for (let i = 0; i < sums.length; i++) sums[i] += room[i];
}

/** Directions of the centers of cells, three numbers each. */
function centers(cells: Uint16Array): Float64Array {
  const out = new Float64Array(3 * cells.length);
  cells.forEach((cell, i) => {
    const latitude = Math.PI * (0.5 - (Math.floor(cell / WIDTH) + 0.5) / HEIGHT);
    const azimuth = Math.PI * ((2 * ((cell % WIDTH) + 0.5)) / WIDTH - 1);
    const [level, up] = [Math.cos(latitude), Math.sin(latitude)];
    out.set([level * Math.cos(azimuth), up, level * Math.sin(azimuth)], 3 * i);
  });
  return out;
}
