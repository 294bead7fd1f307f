/**
 * Runs: which pixels of a picture lie in which cell of the sphere, row by row, as the kernels in native/cells.c take them.
 *
 * Convention: spec/CONVENTIONS.md#partial-pictures. The weight of a pixel is the share of its cell that it covers.
 */

import { type Overlaps, PANORAMA } from "../../sphere/panorama.js";
import { CELL_COUNT } from "../cells/grid.js";
import { type Crop, cropOverlaps } from "./crop.js";

/** Numbers of a row: row of the picture, first cell of the row of cells, first run, count of runs, first weight, factor. */
export const ROW_FIELDS = 6;

/** Numbers of a run: cell, first pixel of the row, count of pixels. */
export const RUN_FIELDS = 3;

/** Weights below this are rounding where edges of pixels fall on those of cells. */
const LEAST = 1e-9;

/** A geometry as runs. */
export interface Runs {
  /** Seen share of each cell [0…1]. */
  share: Float32Array;
  /** `ROW_FIELDS` numbers for each row, the factor as float32. A row of the picture may come twice, one after the other. */
  rows: Uint32Array;
  /** `RUN_FIELDS` numbers for each run. The cell counts from the first one of the row. */
  runs: Uint32Array;
  /** Weights of the pixels of all runs, one after the other. */
  weights: Float32Array;
}

/** The runs of a panorama, or of a part of one: each row of cells has the same. */
export function cropRuns(width: number, height: number, crop: Crop): Runs {
  const { across, down } = cropOverlaps(width, height, crop, PANORAMA.height);
  const share = new Float32Array(CELL_COUNT);
  const runs: number[] = [];
  const weights: number[] = [];
  const covered = new Float64Array(PANORAMA.width);
  for (let column = 0; column < PANORAMA.width; column++) {
    const begin = weights.length;
    const first = eachSource(across, column, width, (_, part) => {
      weights.push(part);
      covered[column] += part;
    });
    if (weights.length > begin) runs.push(column, first, weights.length - begin);
  }
  const rows: number[] = [];
  for (let row = 0; row < PANORAMA.height; row++) {
    const cell = row * PANORAMA.width;
    eachSource(down, row, height, (source, part) => {
      rows.push(source, cell, 0, runs.length / RUN_FIELDS, 0, bitsOf(part));
      for (let column = 0; column < PANORAMA.width; column++) share[cell + column] += part * covered[column];
    });
  }
  for (let cell = 0; cell < CELL_COUNT; cell++) share[cell] = Math.min(share[cell], 1);
  return {
    share,
    rows: Uint32Array.from(rows),
    runs: Uint32Array.from(runs),
    weights: Float32Array.from(weights),
  };
}

/** Visits the pixels of a crop that overlap an interval of cells; returns the first one. */
function eachSource(
  { first, start, shares }: Overlaps,
  target: number,
  count: number,
  visit: (source: number, share: number) => void,
): number {
  let from = -1;
  for (let k = start[target]; k < start[target + 1]; k++) {
    const source = first[target] + k - start[target] - 1; // 0 is what lies before the crop
    if (source < 0 || source >= count || shares[k] < LEAST) continue;
    if (from < 0) from = source;
    visit(source, shares[k]);
  }
  return from;
}

const float = /* @__PURE__ */ new Float32Array(1);
const bits = /* @__PURE__ */ new Uint32Array(float.buffer);

/** The bits of a number as float32. */
function bitsOf(value: number): number {
  float[0] = value;
  return bits[0];
}
