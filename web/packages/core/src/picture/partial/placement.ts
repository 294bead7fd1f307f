/**
 * Placement: which pixels of a perspective picture lie in which cell of a panorama.
 *
 * Convention: spec/CONVENTIONS.md#partial-pictures. It looks along the panorama's center (+X), right side up; its right is
 * towards +Z. Weights apply to quantities that may be averaged (radiance, shares), never to display values.
 */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";

const ACROSS = 256; // columns of the fine panorama that a picture covers, as long as MAX_HEIGHT allows
const MAX_HEIGHT = 8192;

/** For each cell of a panorama, the pixels of a picture in it and their weights. */
export interface Placement {
  /** Size to which the picture is averaged first [pixels]. */
  columns: number;
  rows: number;
  /** Rows of the panorama. */
  height: number;
  /** Seen share of each cell [0…1]; the weights of a cell add up to it. */
  share: Float32Array;
  /** Where the pixels of each cell begin in `pixels` and `weights`, and the end of the last. */
  start: Uint32Array;
  pixels: Uint32Array;
  weights: Float32Array;
}

/**
 * Returns the horizontal field of view if it is that of a perspective picture [°].
 *
 * @throws RangeError outside 1…170.
 */
export function checkFov(fov: number): number {
  if (fov >= 1 && fov <= 170) return fov;
  throw new RangeError(
    `expected a horizontal field of view of 1 to 170 degrees, got ${fov}; a phone has about 65, a webcam 60 to 78; ` +
      "leave it out for a 2:1 panorama",
  );
}

const halfWidth = (fov: number): number => Math.tan((fov * Math.PI) / 360);

/** Rows of the fine panorama whose pixels are sampled in the picture; a multiple of `height`. */
const fineRows = (fov: number, height: number): number =>
  Math.min(Math.floor(MAX_HEIGHT / height), Math.ceil((ACROSS * 180) / fov / height)) * height;

/** Width [pixels] to which larger pictures of this field of view are reduced: the samples would miss smaller pixels. */
export const widthFor = (fov: number, panoramaHeight: number = PANORAMA.height): number =>
  Math.ceil((2 * halfWidth(fov) * fineRows(fov, panoramaHeight)) / Math.PI);

/**
 * The placement of a picture on a panorama of `panoramaHeight` rows.
 *
 * @throws RangeError if `fov` is not between 1 and 170 degrees, or if the picture covers nothing.
 */
export function placePerspective(width: number, height: number, fov: number, panoramaHeight: number): Placement {
  const half = halfWidth(checkFov(fov));
  const fine = fineRows(fov, panoramaHeight);
  const columns = Math.min(width, widthFor(fov, panoramaHeight));
  const rows = Math.min(height, Math.max(1, Math.round((height * columns) / width)));
  const per = fine / panoramaHeight;
  const edges = rowEdges(fine);
  const coarse = rowEdges(panoramaHeight);
  const cellCount = 2 * panoramaHeight * panoramaHeight;
  const share = new Float32Array(cellCount);
  const start = new Uint32Array(cellCount + 1);
  const pixels: number[] = [];
  const weights: number[] = [];
  const taps = new Taps(columns, rows);
  // where each column of the fine panorama lies in the picture, from −1 to 1, and 1/cos of its azimuth
  const azimuths = Float64Array.from({ length: 2 * fine }, (_, j) => Math.PI * ((j + 0.5) / fine - 1));
  const across = azimuths.map((azimuth) => (Math.abs(azimuth) < Math.PI / 2 ? Math.tan(azimuth) / half : Infinity));
  const secants = azimuths.map((azimuth) => 1 / Math.cos(azimuth));
  const tallest = Math.atan((half * height) / width) / Math.PI; // latitude of the upper edge's middle, of half a turn
  const first = Math.floor((0.5 - tallest) * panoramaHeight);
  const last = Math.ceil((0.5 + tallest) * panoramaHeight);
  for (let cell = 0; cell < cellCount; cell++) {
    const cellRow = Math.floor(cell / (2 * panoramaHeight));
    const left = (cell % (2 * panoramaHeight)) * per;
    let sum = 0;
    for (let row = cellRow * per; row < (cellRow + 1) * per && cellRow >= first && cellRow < last; row++) {
      const tangent = (-Math.tan(Math.PI * (0.5 - (row + 0.5) / fine)) / half) * (width / height);
      const angle = (edges[row] - edges[row + 1]) / ((coarse[cellRow] - coarse[cellRow + 1]) * per);
      for (let column = left; column < left + per; column++) {
        const down = tangent * secants[column];
        if (Math.abs(across[column]) > 1 || Math.abs(down) > 1) continue;
        taps.add(((across[column] + 1) / 2) * columns - 0.5, ((down + 1) / 2) * rows - 0.5, angle);
        sum += angle;
      }
    }
    taps.moveTo(pixels, weights);
    share[cell] = Math.min(sum, 1);
    start[cell + 1] = pixels.length;
  }
  if (pixels.length === 0) {
    throw new RangeError(
      `a picture of ${width}×${height} with a field of view of ${fov}° covers no part of the sphere; check both`,
    );
  }
  return {
    columns,
    rows,
    height: panoramaHeight,
    share,
    start,
    pixels: Uint32Array.from(pixels),
    weights: Float32Array.from(weights),
  };
}

/** Bilinear samples, their weights added up by pixel. */
class Taps {
  readonly #sums: Float64Array;
  readonly #touched: number[] = [];

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.#sums = new Float64Array(columns * rows);
  }

  /** Adds a sample at a position [pixels, centers at whole numbers]. */
  add(x: number, y: number, weight: number): void {
    const column = Math.min(Math.max(x, 0), this.columns - 1);
    const row = Math.min(Math.max(y, 0), this.rows - 1);
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [u, v] = [column - left, row - top];
    const at = top * this.columns + left;
    const right = Math.min(left + 1, this.columns - 1) - left;
    const below = (Math.min(top + 1, this.rows - 1) - top) * this.columns;
    this.#put(at, weight * (1 - u) * (1 - v));
    this.#put(at + right, weight * u * (1 - v));
    this.#put(at + below, weight * (1 - u) * v);
    this.#put(at + below + right, weight * u * v);
  }

  #put(pixel: number, weight: number): void {
    if (weight === 0) return;
    if (this.#sums[pixel] === 0) this.#touched.push(pixel);
    this.#sums[pixel] += weight;
  }

  /** Appends the sums to two lists, and starts anew. */
  moveTo(pixels: number[], weights: number[]): void {
    for (const pixel of this.#touched) {
      pixels.push(pixel);
      weights.push(this.#sums[pixel]);
      this.#sums[pixel] = 0;
    }
    this.#touched.length = 0;
  }
}
