/**
 * Cells: mean radiance and clipped share on a grid of 64 × 32, the input of networks.
 *
 * Convention: three frame, row 0 is up, cells of equal angles, means by solid angle (spec/CONVENTIONS.md#panorama).
 */

import { averageToPanorama, columnEdges, type Overlaps, overlaps, PANORAMA, rowEdges } from "../../sphere/panorama.js";
import { type Decoder, decode } from "../curves/decoder.js";
import { CELL_COUNT, CELL_PARTS, CELL_VALUES } from "./grid.js";
import { toPlanes } from "./pixels.js";

/** Which pixels a cell covers, for pictures of one size. */
interface Geometry {
  height: number;
  rows: Overlaps;
  columns: Overlaps;
}

/** Forms the cells of whole panoramas, in buffers that it keeps. */
export class ExactCells {
  #geometry: Geometry | null = null;
  /** Radiance of all pixels, for curves that mix channels. */
  #radiance = new Float32Array(0);
  readonly #means = new Float32Array(CELL_VALUES);

  /**
   * Radiance as a share of the curve's white, then the share of pixels at display white: 6 planes of 64 × 32.
   *
   * @param rgb - 8-bit display values of a 2:1 panorama, RGB interleaved.
   * @param out - filled.
   * @returns part of the sphere [0…1] where any channel is at display white.
   */
  form(rgb: Uint8Array, width: number, height: number, decoder: Decoder, out: Float32Array): number {
    if (this.#geometry?.height !== height) this.#geometry = geometryOf(height);
    const clipped = averageCodes(rgb, width, this.#geometry, decoder, out);
    if (decoder.across) {
      if (this.#radiance.length !== rgb.length) this.#radiance = new Float32Array(rgb.length);
      decode(rgb, decoder, this.#radiance);
      const means = averageToPanorama({ radiance: this.#radiance, width, height }, this.#means);
      toPlanes(means, 1 / decoder.white, out);
    }
    return clipped;
  }
}

function geometryOf(height: number): Geometry {
  const falling = (edges: Float64Array): Float64Array => edges.map((edge) => -edge);
  return {
    height,
    rows: overlaps(falling(rowEdges(height)), falling(rowEdges(PANORAMA.height))),
    columns: overlaps(columnEdges(2 * height), columnEdges(PANORAMA.width)),
  };
}

/** Fills all planes, with radiance by the decoder's table of the 256 codes; returns the clipped part of the sphere. */
function averageCodes(
  rgb: Uint8Array,
  width: number,
  { rows, columns }: Geometry,
  { perChannel, white }: Decoder,
  out: Float32Array,
): number {
  const rowShares = rows.shares;
  const columnShares = columns.shares;
  let clipped = 0;
  for (let cell = 0; cell < CELL_COUNT; cell++) {
    const cellRow = Math.floor(cell / PANORAMA.width);
    const cellColumn = cell % PANORAMA.width;
    const firstColumn = columns.start[cellColumn];
    const endColumn = columns.start[cellColumn + 1];
    const endRow = rows.start[cellRow + 1];
    let red = 0;
    let green = 0;
    let blue = 0;
    let redWhite = 0;
    let greenWhite = 0;
    let blueWhite = 0;
    let anyWhite = 0;
    let line = 3 * (rows.first[cellRow] * width + columns.first[cellColumn]);
    for (let row = rows.start[cellRow]; row < endRow; row++, line += 3 * width) {
      const rowShare = rowShares[row];
      let at = line;
      for (let column = firstColumn; column < endColumn; column++, at += 3) {
        const share = rowShare * columnShares[column];
        const r = rgb[at];
        const g = rgb[at + 1];
        const b = rgb[at + 2];
        red += share * perChannel[r];
        green += share * perChannel[g];
        blue += share * perChannel[b];
        if (r === 255 || g === 255 || b === 255) {
          anyWhite += share;
          if (r === 255) redWhite += share;
          if (g === 255) greenWhite += share;
          if (b === 255) blueWhite += share;
        }
      }
    }
    clipped += CELL_PARTS[cellRow] * anyWhite;
    out[cell] = red / white;
    out[cell + CELL_COUNT] = green / white;
    out[cell + 2 * CELL_COUNT] = blue / white;
    out[cell + 3 * CELL_COUNT] = redWhite;
    out[cell + 4 * CELL_COUNT] = greenWhite;
    out[cell + 5 * CELL_COUNT] = blueWhite;
  }
  return clipped;
}
