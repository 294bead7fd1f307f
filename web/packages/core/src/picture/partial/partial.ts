/** Partial pictures: placed on the cells of the sphere, and the rest filled; imaging/partial.py in Python. */

import { PANORAMA } from "../../sphere/panorama.js";
import { CELL_COUNT, CELL_PARTS, CELL_VALUES } from "../cells/grid.js";
import { srgbEncode } from "../curves/srgb.js";
import { cropSums, type LayerSums, type Part } from "./crop.js";
import { type Filling, fill, fillingOf } from "./filling.js";
import { LAYERS, LayerAverager, type LayeredPicture } from "./layers.js";
import { type Placement, placePerspective } from "./placement.js";

/** A partial picture on the cells of a whole panorama. */
export interface PlacedCells {
  /** Mean radiance of each cell, the filling included where there is one, RGB interleaved. */
  radiance: Float32Array;
  /** Share of each cell at display white, RGB interleaved. */
  white: Float32Array;
  /** Share of each cell that the picture covers [0…1]. */
  share: Float32Array;
  /** Part of the sphere [0…1] where any channel of the picture is at display white. */
  clipped: number;
  /** Part of the sphere [0…1] that the picture covers. */
  seen: number;
}

/** Places pictures, and keeps the geometry and buffers of the last one: a live source does not change its size. */
export class PartialPictures {
  readonly #layers = new LayerAverager();
  readonly #opacity = new LayerAverager();
  readonly #room = new Float32Array(CELL_VALUES);
  readonly #sums = new Float32Array(LAYERS * CELL_COUNT);
  readonly #placed: PlacedCells = {
    radiance: new Float32Array(CELL_VALUES),
    white: new Float32Array(CELL_VALUES),
    share: new Float32Array(CELL_COUNT),
    clipped: 0,
    seen: 0,
  };
  #key = "";
  #cells: { placement: Placement; filling: Filling } | null = null;
  #fine: Placement | null = null;
  #fineKey = "";
  #drawn = new Float32Array(0);

  /**
   * The cells of a part of the sphere. The next call overwrites them.
   *
   * @param opacity - layers of which the first is 1 where the picture is opaque; null where all is. The layers of the
   * picture itself are 0 where it is not.
   * @param isFilled - whether the unseen part of a cell is filled; otherwise it is black.
   * @throws RangeError for a field of view that is not between 1 and 170, or if the picture covers nothing.
   */
  place(picture: LayeredPicture, part: Part, opacity: LayeredPicture | null = null, isFilled = true): PlacedCells {
    if (typeof part === "number" && opacity === null) {
      const { placement, filling } = this.#geometry(picture, part);
      gather(placement, this.#layers.average(picture, placement.columns, placement.rows), this.#sums);
      return this.#complete({ sums: this.#sums, share: placement.share }, isFilled ? filling : null);
    }
    const found = this.#sumsOf(picture, part, opacity, PANORAMA.height);
    return this.#complete(found, isFilled ? fillingOf(found.share) : null);
  }

  /**
   * Draws the picture that was placed last on a panorama of `height` rows, for networks that take pictures: 8-bit sRGB, RGB
   * interleaved. Pixels outside of the picture take the color of their cell's filling.
   *
   */
  draw(
    picture: LayeredPicture,
    part: Part,
    height: number,
    out: Uint8Array,
    opacity: LayeredPicture | null = null,
  ): Uint8Array {
    const { radiance } = this.#placed;
    const { sums, share } = this.#sumsOf(picture, part, opacity, height);
    for (let pixel = 0; pixel < share.length; pixel++) {
      const row = Math.floor(((Math.floor(pixel / (2 * height)) + 0.5) / height) * PANORAMA.height);
      const column = Math.floor((((pixel % (2 * height)) + 0.5) / (2 * height)) * PANORAMA.width);
      for (let c = 0; c < 3; c++) {
        const rest = (1 - share[pixel]) * radiance[3 * (row * PANORAMA.width + column) + c];
        const light = Math.max(sums[LAYERS * pixel + c] + rest, 0);
        const code = Math.min(Math.round(255 * srgbEncode(Math.min(light, 1))), 254);
        out[3 * pixel + c] = sums[LAYERS * pixel + 3 + c] >= 0.5 ? 255 : code; // 255 means clipped, perhaps much brighter
      }
    }
    return out;
  }

  /** Means over whole cells, from sums over the part that is seen. */
  #complete({ sums, share }: LayerSums, filling: Filling | null): PlacedCells {
    const placed = this.#placed;
    placed.share = share;
    placed.clipped = 0;
    placed.seen = 0;
    for (let cell = 0; cell < CELL_COUNT; cell++) {
      const part = CELL_PARTS[Math.floor(cell / PANORAMA.width)];
      placed.clipped += part * sums[LAYERS * cell + 6];
      placed.seen += part * share[cell];
      for (let c = 0; c < 3; c++) {
        placed.radiance[3 * cell + c] = sums[LAYERS * cell + c];
        placed.white[3 * cell + c] = sums[LAYERS * cell + 3 + c];
      }
    }
    placed.seen = Math.min(placed.seen, 1);
    if (filling) fill(placed.radiance, filling, this.#room);
    return placed;
  }

  /** Sums on a panorama of any height. */
  #sumsOf(picture: LayeredPicture, part: Part, opacity: LayeredPicture | null, height: number): LayerSums {
    if (typeof part !== "number") {
      const found = cropSums(picture, part, height, this.#layers);
      if (opacity) found.share = seenShare(cropSums(opacity, part, height, this.#opacity).sums);
      return found;
    }
    if (this.#fine?.height !== height || this.#fineKey !== keyOf(picture, part)) {
      this.#fine = placePerspective(picture.width, picture.height, part, height);
      this.#fineKey = keyOf(picture, part);
    }
    const { columns, rows, share } = this.#fine;
    if (this.#drawn.length !== LAYERS * share.length) this.#drawn = new Float32Array(LAYERS * share.length);
    const sums = this.#drawn;
    gather(this.#fine, this.#layers.average(picture, columns, rows), sums);
    if (!opacity) return { sums, share };
    const opaque = new Float32Array(LAYERS * share.length);
    gather(this.#fine, this.#opacity.average(opacity, columns, rows), opaque);
    return { sums, share: seenShare(opaque) };
  }

  #geometry(picture: LayeredPicture, fov: number): { placement: Placement; filling: Filling } {
    const key = keyOf(picture, fov);
    if (!this.#cells || key !== this.#key) {
      const placement = placePerspective(picture.width, picture.height, fov, PANORAMA.height);
      this.#cells = { placement, filling: fillingOf(placement.share) };
      this.#key = key;
    }
    return this.#cells;
  }
}

const keyOf = ({ width, height }: LayeredPicture, fov: number): string => `${width} ${height} ${fov}`;

/** The first layer, as the share of each cell that is seen. */
const seenShare = (sums: Float32Array): Float32Array =>
  Float32Array.from({ length: sums.length / LAYERS }, (_, cell) => Math.min(sums[LAYERS * cell], 1));

/** Fills `out` with the weighted sums of the layers over the pixels of each cell. */
function gather({ start, pixels, weights, share }: Placement, layers: Float32Array, out: Float32Array): void {
  for (let cell = 0; cell < share.length; cell++) {
    room.fill(0);
    for (let k = start[cell]; k < start[cell + 1]; k++) {
      const from = pixels[k] * LAYERS;
      for (let layer = 0; layer < LAYERS; layer++) room[layer] += weights[k] * layers[from + layer];
    }
    out.set(room, LAYERS * cell);
  }
}

const room = /* @__PURE__ */ new Float64Array(LAYERS);
