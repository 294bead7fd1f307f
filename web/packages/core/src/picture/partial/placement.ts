/**
 * Placement: which pixels of a perspective picture lie in which cell of a panorama.
 *
 * Convention: spec/CONVENTIONS.md#partial-pictures. It looks along the panorama's center (+X), right side up; its right is
 * towards +Z. Weights apply to quantities that may be averaged (radiance, shares), never to display values.
 */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";

const ACROSS = 256; // columns of the fine panorama that a picture covers, as long as MAX_HEIGHT allows
const MAX_HEIGHT = 8192;
const MAX_REDUCED = 1 << 22; // pixels to which a picture is averaged, at most; only slivers reach it

/** For each cell of a panorama, the pixels of a picture in it and their weights. */
export interface Placement {
  /** Size to which the picture is averaged first [pixels]. */
  columns: number;
  rows: number;
  /** Rows of the panorama. */
  height: number;
  /** Seen share of each cell [0…1]; the weights of a cell add up to it. */
  share: Float32Array;
  /** Where the pixels of each cell, row by row, begin in `pixels` and `weights`, and the end of the last. */
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

/** How a perspective picture is looked up from the pixels of a fine panorama. */
export interface View {
  /** Size to which the picture is averaged first [pixels]. */
  columns: number;
  rows: number;
  /** Rows, and columns, of the fine panorama in one pixel of the panorama. */
  per: number;
  /** Columns of the fine panorama in the picture: the first, and the one after the last. */
  left: number;
  right: number;
  /** Where each column of the fine panorama lies in the averaged picture [pixels, centers at whole numbers]. */
  across: Float64Array;
  /** 1/cos of its azimuth. */
  secants: Float64Array;
  /** Where each row of the fine panorama lies at azimuth 0, from −1 to 1. */
  tangents: Float64Array;
  /** Part of a pixel of the panorama that a pixel of each row covers. */
  angles: Float64Array;
}

/**
 * The look-ups for a panorama of `panoramaHeight` rows.
 *
 * @throws RangeError if `fov` is not between 1 and 170 degrees.
 */
export function viewOf(width: number, height: number, fov: number, panoramaHeight: number): View {
  const half = halfWidth(checkFov(fov));
  const fine = fineRows(fov, panoramaHeight);
  const columns = Math.min(width, widthFor(fov, panoramaHeight));
  const most = Math.max(1, Math.floor(MAX_REDUCED / columns));
  const rows = Math.min(height, Math.max(1, Math.round((height * columns) / width)), most);
  const per = fine / panoramaHeight;
  const edges = rowEdges(fine);
  const coarse = rowEdges(panoramaHeight);
  const across = new Float64Array(2 * fine);
  const secants = new Float64Array(2 * fine);
  let left = fine;
  for (let column = fine - 1; column >= 0; column--) {
    const azimuth = Math.PI * ((column + 0.5) / fine - 1);
    const x = azimuth > -Math.PI / 2 ? Math.tan(azimuth) / half : -Infinity;
    if (x < -1) break;
    left = column;
    const mirrored = 2 * fine - 1 - column;
    across[column] = Math.max(((x + 1) / 2) * columns - 0.5, 0);
    across[mirrored] = Math.min(((1 - x) / 2) * columns - 0.5, columns - 1);
    secants[column] = secants[mirrored] = 1 / Math.cos(azimuth);
  }
  const tangents = Float64Array.from(
    { length: fine },
    (_, row) => (-Math.tan(Math.PI * (0.5 - (row + 0.5) / fine)) / half) * (width / height),
  );
  const angles = Float64Array.from({ length: fine }, (_, row) => {
    const cell = Math.floor(row / per);
    return (edges[row] - edges[row + 1]) / ((coarse[cell] - coarse[cell + 1]) * per);
  });
  return { columns, rows, per, left, right: 2 * fine - left, across, secants, tangents, angles };
}

/** The error for a picture that lies between the pixels of the fine panorama. */
export const coversNothing = (width: number, height: number, fov: number): RangeError =>
  new RangeError(
    `a picture of ${width}×${height} with a field of view of ${fov}° covers no part of the sphere; check both`,
  );

/**
 * The placement of a picture on a panorama of `panoramaHeight` rows.
 *
 * @throws RangeError if `fov` is not between 1 and 170 degrees, or if the picture covers nothing.
 */
export function placePerspective(width: number, height: number, fov: number, panoramaHeight: number): Placement {
  const view = viewOf(width, height, fov, panoramaHeight);
  const { columns, rows, per, left, right, across, secants, tangents, angles } = view;
  const panoramaWidth = 2 * panoramaHeight;
  const share = new Float32Array(panoramaWidth * panoramaHeight);
  const start = new Uint32Array(share.length + 1);
  const pixels: number[] = [];
  const weights: number[] = [];
  const taps = new Taps(columns, rows);
  for (let cell = 0; cell < share.length; cell++) {
    const firstRow = Math.floor(cell / panoramaWidth) * per;
    const first = Math.max((cell % panoramaWidth) * per, left);
    const end = Math.min((cell % panoramaWidth) * per + per, right);
    let sum = 0;
    for (let row = firstRow; row < firstRow + per && first < end; row++) {
      for (let column = first; column < end; column++) {
        const down = tangents[row] * secants[column];
        if (Math.abs(down) > 1) continue;
        taps.add(across[column], ((down + 1) / 2) * rows - 0.5, angles[row]);
        sum += angles[row];
      }
    }
    if (sum > 0) taps.moveTo(pixels, weights);
    share[cell] = Math.min(sum, 1);
    start[cell + 1] = pixels.length;
  }
  if (pixels.length === 0) throw coversNothing(width, height, fov);
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
  readonly #columns: number;
  readonly #rows: number;
  readonly #sums: Float64Array;
  /** The rectangle of pixels that were touched: from the first to the last. */
  #left = Infinity;
  #right = -1;
  #top = Infinity;
  #bottom = -1;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#sums = new Float64Array(columns * rows);
  }

  /** Adds a sample at a position [pixels, centers at whole numbers]. */
  add(x: number, y: number, weight: number): void {
    const sums = this.#sums;
    const columns = this.#columns;
    const column = Math.min(Math.max(x, 0), columns - 1);
    const row = Math.min(Math.max(y, 0), this.#rows - 1);
    const left = Math.floor(column);
    const top = Math.floor(row);
    const u = column - left;
    const v = row - top;
    const right = u > 0 ? left + 1 : left;
    const bottom = v > 0 ? top + 1 : top;
    const upper = top * columns;
    const lower = bottom * columns;
    sums[upper + left] += weight * (1 - u) * (1 - v);
    sums[upper + right] += weight * u * (1 - v);
    sums[lower + left] += weight * (1 - u) * v;
    sums[lower + right] += weight * u * v;
    if (left < this.#left) this.#left = left;
    if (right > this.#right) this.#right = right;
    if (top < this.#top) this.#top = top;
    if (bottom > this.#bottom) this.#bottom = bottom;
  }

  /** Appends the sums to two lists, row by row, and starts anew. */
  moveTo(pixels: number[], weights: number[]): void {
    const sums = this.#sums;
    for (let row = this.#top; row <= this.#bottom; row++) {
      const end = row * this.#columns + this.#right;
      for (let pixel = row * this.#columns + this.#left; pixel <= end; pixel++) {
        if (sums[pixel] === 0) continue;
        pixels.push(pixel);
        weights.push(sums[pixel]);
        sums[pixel] = 0;
      }
    }
    this.#left = this.#top = Infinity;
    this.#right = this.#bottom = -1;
  }
}
