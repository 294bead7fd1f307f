/** Partial pictures: placed on the sphere, and the rest filled; as runtime/shown.py does it in Python. */

import { PANORAMA, rowEdges } from "../../sphere/panorama.js";
import { CELL_VALUES } from "../cells/exact.js";
import { srgbEncode } from "../curves/srgb.js";
import { type Filling, fill, fillingOf } from "./filling.js";
import { type FlatPicture, LAYERS, LayerForming } from "./layers.js";
import { type Placement, placePerspective } from "./placement.js";

/** A partial picture as a whole panorama of 64 × 32 cells. */
export interface Placed {
  /** Mean radiance of each cell, RGB interleaved. */
  radiance: Float32Array;
  /** Share of each cell that is at display white, channel by channel. */
  white: Float32Array;
  /** Part of the sphere [0…1] that is shown at display white. */
  clipped: number;
  /** Part of the sphere [0…1] that is shown. */
  seen: number;
}

/** Places pictures, and keeps geometry and buffers of the last one: a live source always has the same. */
export class PartialForming {
  readonly #layers = new LayerForming();
  readonly #room = new Float32Array(CELL_VALUES);
  readonly #placed: Placed = {
    radiance: new Float32Array(CELL_VALUES),
    white: new Float32Array(CELL_VALUES),
    clipped: 0,
    seen: 0,
  };
  #key = "";
  #cells: { placement: Placement; filling: Filling } | null = null;
  #fine: Placement | null = null;

  /**
   * The cells of a perspective picture; what is returned is used again by the next call.
   *
   * @param fov - horizontal field of view [°].
   * @throws RangeError if it is not between 1 and 170, or if the picture covers nothing.
   */
  form(picture: FlatPicture, fov: number): Placed {
    const { placement, filling } = this.#geometry(picture, fov);
    const layers = this.#layers.form(picture, placement.columns, placement.rows);
    const placed = this.#placed;
    const edges = rowEdges(PANORAMA.height);
    placed.clipped = 0;
    placed.seen = 0;
    forEachCell(placement, layers, (cell, sums) => {
      const row = Math.floor(cell / PANORAMA.width);
      const part = (edges[row] - edges[row + 1]) / (2 * PANORAMA.width);
      placed.clipped += part * sums[6];
      placed.seen += part * placement.share[cell];
      for (let c = 0; c < 3; c++) {
        placed.radiance[3 * cell + c] = sums[c];
        placed.white[3 * cell + c] = sums[3 + c];
      }
    });
    placed.seen = Math.min(placed.seen, 1);
    fill(placed.radiance, placement.share, filling, this.#room);
    return placed;
  }

  /**
   * 8-bit pixels of a panorama of so many rows, RGB interleaved, for networks that take nothing else; encoded as sRGB.
   *
   * Call `form` first. What is not shown takes the color of its cell's filling.
   */
  pixels(picture: FlatPicture, fov: number, height: number, out: Uint8Array): Uint8Array {
    if (this.#fine?.height !== height) this.#fine = placePerspective(picture.width, picture.height, fov, height);
    const { radiance } = this.#placed;
    const fine = this.#fine;
    const layers = this.#layers.form(picture, fine.columns, fine.rows);
    forEachCell(fine, layers, (pixel, sums) => {
      const row = Math.floor(((Math.floor(pixel / (2 * height)) + 0.5) / height) * PANORAMA.height);
      const column = Math.floor((((pixel % (2 * height)) + 0.5) / (2 * height)) * PANORAMA.width);
      for (let c = 0; c < 3; c++) {
        const light = sums[c] + (1 - fine.share[pixel]) * radiance[3 * (row * PANORAMA.width + column) + c];
        const code = Math.min(Math.round(255 * srgbEncode(Math.min(light, 1))), 254);
        out[3 * pixel + c] = sums[3 + c] >= 0.5 ? 255 : code; // 255 says clipped, perhaps much brighter
      }
    });
    return out;
  }

  #geometry({ width, height }: FlatPicture, fov: number): { placement: Placement; filling: Filling } {
    const key = `${width} ${height} ${fov}`;
    if (!this.#cells || key !== this.#key) {
      const placement = placePerspective(width, height, fov, PANORAMA.height);
      this.#cells = { placement, filling: fillingOf(placement.share) };
      this.#fine = null;
      this.#key = key;
    }
    return this.#cells;
  }
}

const sums = /* @__PURE__ */ new Float64Array(LAYERS);

/** Visits all cells with the layers summed over what they show of the picture. */
function forEachCell(
  { start, pixels, weights, share }: Placement,
  layers: Float32Array,
  visit: (cell: number, sums: Float64Array) => void,
): void {
  for (let cell = 0; cell < share.length; cell++) {
    sums.fill(0);
    for (let k = start[cell]; k < start[cell + 1]; k++) {
      const from = pixels[k] * LAYERS;
      for (let layer = 0; layer < LAYERS; layer++) sums[layer] += weights[k] * layers[from + layer];
    }
    visit(cell, sums);
  }
}
