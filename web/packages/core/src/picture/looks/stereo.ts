/**
 * Stereo: pictures that hold two eyes, one above the other or side by side; geometry/stereo.py in Python, where the limits
 * are explained.
 */

import { type Sample, thumbnail } from "./thumbnail.js";

/** How two eyes share a picture. */
export type Eyes = "top-bottom" | "left-right";

const ALIKE = 0.85;
const SAME = 0.94;
const BREAK = 2;
const REPEATED = 0.9;
const FAINT = 2.5 / 255;
const QUICK = 0.5;

/** How alike the halves of a picture are. */
interface Likeness {
  /** Of what remains when the means of rows and columns are taken away, at the best small shift. */
  correlation: number;
  /** Standard deviation of that [display white]. */
  contrast: number;
  /** Difference across the middle, in units of the usual difference of neighbors. */
  gap: number;
  /** Correlation of the first half with itself, at the best large shift. */
  repetition: number;
}

/** A small picture, row by row. */
interface Small {
  values: Float64Array;
  rows: number;
  columns: number;
}

/** How two eyes share the picture, by its looks; null for one eye. Looked at are pictures of 2:1, 1:1 and 4:1. */
export function findEyes(sample: Sample, isPanorama: boolean): Eyes | null {
  const { width, height } = sample;
  const ratio = width / height;
  const ways: Eyes[] = isPanorama
    ? ["top-bottom", "left-right"]
    : Math.abs(ratio - 1) < 0.002
      ? ["top-bottom"]
      : Math.abs(ratio - 4) < 0.03
        ? ["left-right"]
        : [];
  const small = thumbnail(sample, 96, 96, 1);
  const likely = ways.filter((way) => likeness(small, 96, way, 2).correlation > QUICK);
  if (likely.length === 0) return null;
  const fine = thumbnail(sample, 192, 192, 4);
  return likely.find((way) => areEyes(likeness(fine, 192, way, 4), way)) ?? null;
}

function areEyes({ correlation, contrast, gap, repetition }: Likeness, way: Eyes): boolean {
  const needed = way === "top-bottom" || gap > BREAK ? ALIKE : SAME;
  return correlation > needed && contrast > FAINT && repetition <= REPEATED * correlation;
}

function likeness(thumb: Float64Array, size: number, way: Eyes, cell: number): Likeness {
  const isOver = way === "top-bottom";
  // side by side, horizontal and vertical change places
  const small = isOver ? thumb : thumb.map((_, i) => thumb[(i % size) * size + Math.floor(i / size)]);
  const steps = Array.from({ length: size - 1 }, (_, row) => {
    let sum = 0;
    for (let x = 0; x < size; x++) sum += Math.abs(small[(row + 1) * size + x] - small[row * size + x]);
    return sum / size;
  });
  const sorted = [...steps].sort((a, b) => a - b);
  const usual = Math.max(sorted[(sorted.length - 1) / 2], 0.5 / 255);
  const [one, other] = halves(small, size, cell);
  const shifts = [-2, -1, 0, 1, 2].map((shift) => correlation(one, other, shift, isOver));
  const far = [1, 2, 3, 4, 5, 6, 7].map((k) => rolled(one, 0, Math.floor((k * one.columns) / 8)));
  const near = [1, 2, 3].map((k) => rolled(one, Math.floor((k * one.rows) / 4), 0));
  const centered = center(one);
  return {
    correlation: Math.max(...shifts),
    contrast: Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0) / centered.length),
    gap: steps[size / 2 - 1] / usual,
    repetition: Math.max(...[...far, ...near].map((again) => correlation(one, again, 0, isOver))),
  };
}

/** Upper and lower half, averaged over cell × cell pixels. */
function halves(small: Float64Array, size: number, cell: number): [Small, Small] {
  const columns = size / cell;
  const rows = columns / 2;
  const make = (first: number): Small => {
    const values = new Float64Array(rows * columns);
    for (let y = 0; y < rows * cell; y++) {
      for (let x = 0; x < size; x++) {
        const to = Math.floor(y / cell) * columns + Math.floor(x / cell);
        values[to] += small[(first + y) * size + x] / (cell * cell);
      }
    }
    return { values, rows, columns };
  };
  return [make(0), make(size / 2)];
}

/** The values without the means of their rows and columns. */
function center({ values, rows, columns }: Small): Float64Array {
  const down = new Float64Array(columns);
  const across = new Float64Array(rows);
  let mean = 0;
  values.forEach((value, i) => {
    down[i % columns] += value / rows;
    across[Math.floor(i / columns)] += value / columns;
    mean += value / values.length;
  });
  return values.map((value, i) => value - down[i % columns] - across[Math.floor(i / columns)] + mean);
}

/** Of two pictures, the second shifted along its columns, or its rows, without their means over rows and columns. */
function correlation(one: Small, other: Small, shift: number, isAcross: boolean): number {
  const [ahead, behind] = [Math.max(0, shift), Math.max(0, -shift)];
  const first = center(part(one, ahead, behind, isAcross));
  const second = center(part(other, behind, ahead, isAcross));
  let [product, left, right] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    product += first[i] * second[i];
    left += first[i] * first[i];
    right += second[i] * second[i];
  }
  const scale = Math.sqrt(left * right);
  return scale > 1e-9 ? product / scale : 0;
}

/** The picture without its first and last columns, or rows. */
function part({ values, rows, columns }: Small, first: number, last: number, isAcross: boolean): Small {
  const size = isAcross ? { rows, columns: columns - first - last } : { rows: rows - first - last, columns };
  const offset = isAcross ? first : first * columns;
  const out = Float64Array.from(
    { length: size.rows * size.columns },
    (_, i) => values[offset + Math.floor(i / size.columns) * columns + (i % size.columns)],
  );
  return { values: out, ...size };
}

function rolled({ values, rows, columns }: Small, down: number, across: number): Small {
  const out = values.map((_, i) => {
    const row = (Math.floor(i / columns) - down + rows) % rows;
    return values[row * columns + (((i % columns) - across + columns) % columns)];
  });
  return { values: out, rows, columns };
}
