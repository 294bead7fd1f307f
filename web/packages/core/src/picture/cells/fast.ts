/**
 * Cells of pictures whose cells are whole numbers of pixels, in one pass, decoded as a model's graph decodes sRGB.
 *
 * A graph forms these cells too, in several passes over all pixels: in WebAssembly that is a quarter of an estimate.
 *
 * Convention: as picture/cells.ts.
 */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";
import { CELL_VALUES } from "./exact.js";

/** How a graph decodes sRGB; see `input.cells.decoding` of spec/manifest.schema.json. */
export interface Decoding {
  /** Factors of u, u², u³ in the radiance of display values u. */
  cubic: readonly number[];
  /** Factors of t, t² … in what has to be added to the mean t² of a cell. */
  remainder: readonly number[];
}

const PLANE = CELL_VALUES / 3;

/** Whether a picture's cells are whole numbers of pixels. */
export const isWhole = (width: number, height: number): boolean =>
  width % PANORAMA.width === 0 && height % PANORAMA.height === 0;

/** Forms cells by a graph's own decoding. */
export class WholeForming {
  /** Radiance of the 256 codes, before what has to be added to means. */
  readonly #radiance = new Float64Array(256);
  readonly #remainder: readonly number[];
  #edges = rowEdges(PANORAMA.height);

  constructor({ cubic: [first, second, third], remainder }: Decoding) {
    for (let code = 0; code < 256; code++) {
      const u = code / 255;
      this.#radiance[code] = u * (first + u * (second + u * third));
    }
    this.#remainder = remainder;
  }

  /**
   * Radiance, then the share of pixels at display white: 6 planes of 64 × 32.
   *
   * @param rgb - 8-bit sRGB of a 2:1 panorama, RGB interleaved; `isWhole`.
   * @param out - filled.
   * @returns part of the sphere [0…1] where any channel is at display white.
   */
  form(rgb: Uint8Array, width: number, height: number, out: Float32Array): number {
    if (this.#edges.length !== height + 1) this.#edges = rowEdges(height);
    const radiance = this.#radiance;
    const edges = this.#edges;
    const wide = width / PANORAMA.width;
    const tall = height / PANORAMA.height;
    let clipped = 0;
    for (let cell = 0; cell < PLANE; cell++) {
      const top = Math.floor(cell / PANORAMA.width) * tall;
      const left = (cell % PANORAMA.width) * wide;
      let red = 0;
      let green = 0;
      let blue = 0;
      let redWhite = 0;
      let greenWhite = 0;
      let blueWhite = 0;
      for (let row = top; row < top + tall; row++) {
        const angle = edges[row] - edges[row + 1];
        let at = 3 * (row * width + left);
        for (const end = at + 3 * wide; at < end; at += 3) {
          const r = rgb[at];
          const g = rgb[at + 1];
          const b = rgb[at + 2];
          red += angle * radiance[r];
          green += angle * radiance[g];
          blue += angle * radiance[b];
          if (r === 255 || g === 255 || b === 255) {
            clipped += angle;
            if (r === 255) redWhite += angle;
            if (g === 255) greenWhite += angle;
            if (b === 255) blueWhite += angle;
          }
        }
      }
      const scale = 1 / ((edges[top] - edges[top + tall]) * wide);
      out[cell] = scale * red;
      out[cell + PLANE] = scale * green;
      out[cell + 2 * PLANE] = scale * blue;
      out[cell + 3 * PLANE] = scale * redWhite;
      out[cell + 4 * PLANE] = scale * greenWhite;
      out[cell + 5 * PLANE] = scale * blueWhite;
    }
    this.#complete(out);
    return clipped / (2 * width);
  }

  /** Adds to the means what the cubic leaves over. */
  #complete(means: Float32Array): void {
    const [a, b, c, d, e, f] = this.#remainder;
    for (let i = 0; i < CELL_VALUES; i++) {
      const mean = means[i];
      const t = Math.sqrt(mean);
      means[i] = mean + (((((f * t + e) * t + d) * t + c) * t + b) * t + a) * t;
    }
  }
}
