/** Partial pictures: placed on the cells of the sphere, and the rest filled; imaging/partial.py in Python. */

import { PANORAMA } from "../../sphere/panorama.js";
import { CELL_PARTS, CELL_VALUES } from "../cells/grid.js";
import { srgbEncode } from "../curves/srgb.js";
import { type Filling, fill, fillingOf } from "./filling.js";
import { LAYERS, LayerAverager, type PerspectivePicture } from "./layers.js";
import { type Placement, placePerspective } from "./placement.js";

/** A partial picture on the cells of a whole panorama. */
export interface PlacedCells {
  /** Mean radiance of each cell, the filling included, RGB interleaved. */
  radiance: Float32Array;
  /** Share of each cell at display white, RGB interleaved. */
  white: Float32Array;
  /** Part of the sphere [0…1] where any channel of the picture is at display white. */
  clipped: number;
  /** Part of the sphere [0…1] that the picture covers. */
  seen: number;
}

/** Places pictures, and keeps the geometry and buffers of the last one: a live source does not change its size. */
export class PartialPictures {
  readonly #layers = new LayerAverager();
  readonly #room = new Float32Array(CELL_VALUES);
  readonly #placed: PlacedCells = {
    radiance: new Float32Array(CELL_VALUES),
    white: new Float32Array(CELL_VALUES),
    clipped: 0,
    seen: 0,
  };
  #key = "";
  #cells: { placement: Placement; filling: Filling } | null = null;
  #fine: Placement | null = null;

  /**
   * The cells of a perspective picture. The next call overwrites them.
   *
   * @param fov - horizontal field of view [°].
   * @throws RangeError if it is not between 1 and 170, or if the picture covers nothing.
   */
  place(picture: PerspectivePicture, fov: number): PlacedCells {
    const { placement, filling } = this.#geometry(picture, fov);
    const layers = this.#layers.average(picture, placement.columns, placement.rows);
    const placed = this.#placed;
    placed.clipped = 0;
    placed.seen = 0;
    forEachCell(placement, layers, (cell, sums) => {
      const part = CELL_PARTS[Math.floor(cell / PANORAMA.width)];
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
   * Draws the picture that was placed last on a panorama of `height` rows, for networks that take pictures: 8-bit sRGB, RGB
   * interleaved. Pixels outside of the picture take the color of their cell's filling.
   */
  draw(picture: PerspectivePicture, fov: number, height: number, out: Uint8Array): Uint8Array {
    if (this.#fine?.height !== height) this.#fine = placePerspective(picture.width, picture.height, fov, height);
    const { radiance } = this.#placed;
    const fine = this.#fine;
    const layers = this.#layers.average(picture, fine.columns, fine.rows);
    forEachCell(fine, layers, (pixel, sums) => {
      const row = Math.floor(((Math.floor(pixel / (2 * height)) + 0.5) / height) * PANORAMA.height);
      const column = Math.floor((((pixel % (2 * height)) + 0.5) / (2 * height)) * PANORAMA.width);
      for (let c = 0; c < 3; c++) {
        const light = sums[c] + (1 - fine.share[pixel]) * radiance[3 * (row * PANORAMA.width + column) + c];
        const code = Math.min(Math.round(255 * srgbEncode(Math.min(light, 1))), 254);
        out[3 * pixel + c] = sums[3 + c] >= 0.5 ? 255 : code; // 255 means clipped, perhaps much brighter
      }
    });
    return out;
  }

  #geometry({ width, height }: PerspectivePicture, fov: number): { placement: Placement; filling: Filling } {
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

/** Visits all cells, each with the weighted sums of the layers over its pixels. */
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
