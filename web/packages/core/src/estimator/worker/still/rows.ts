/** Rows of a decoded picture at its full size, a strip in memory at a time. */

import { LightprobeError } from "../../../errors.js";
import type { Decoder } from "../../../picture/curves/decoder.js";
import type { Rows } from "../../../picture/gain-map/sampler.js";
import { LAYERS, type LayeredPicture } from "../../../picture/partial/layers.js";
import type { Rect } from "../../protocol/sizes.js";

const STRIP = 64;

/** Reads a part of a bitmap on its own canvas; transparent pixels keep their opacity. */
export class BitmapRows implements Rows {
  readonly width: number;
  readonly height: number;
  readonly #bitmap: ImageBitmap;
  readonly #part: Rect;
  readonly #context: OffscreenCanvasRenderingContext2D;
  #strip = new Uint8ClampedArray(0);
  #top = Number.NEGATIVE_INFINITY;

  constructor(bitmap: ImageBitmap, part: Rect) {
    this.width = part.width;
    this.height = part.height;
    this.#bitmap = bitmap;
    this.#part = part;
    const canvas = new OffscreenCanvas(part.width, Math.min(STRIP, part.height));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new LightprobeError("unsupported", "the worker got no 2D canvas; update the browser");
    this.#context = context;
  }

  read(row: number): Uint8ClampedArray {
    if (row < this.#top || row >= this.#top + STRIP) this.#load(Math.floor(row / STRIP) * STRIP);
    const at = 4 * this.width * (row - this.#top);
    return this.#strip.subarray(at, at + 4 * this.width);
  }

  #load(top: number): void {
    const { left, top: first, width, height } = this.#part;
    const rows = Math.min(STRIP, height - top);
    this.#context.clearRect(0, 0, width, rows);
    this.#context.drawImage(this.#bitmap, left, first + top, width, rows, 0, 0, width, rows);
    this.#strip = this.#context.getImageData(0, 0, width, rows).data;
    this.#top = top;
  }
}

/** Opacity from which a pixel is seen. */
const OPAQUE = 128;

/** Layers of display values, row by row; 0 where nothing is seen. */
export function displayLayers(rows: Rows, { perChannel, across }: Decoder): LayeredPicture {
  const { width, height } = rows;
  const colors = new Float32Array(3 * width);
  return {
    width,
    height,
    readLayers(row, out) {
      const rgba = rows.read(row);
      for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) colors[3 * x + c] = perChannel[rgba[4 * x + c]];
      across?.(colors);
      for (let x = 0, from = 0, to = 0; x < width; x++, from += 4, to += LAYERS) {
        if (rgba[from + 3] < OPAQUE) {
          out.fill(0, to, to + LAYERS);
          continue;
        }
        let any = 0;
        for (let c = 0; c < 3; c++) {
          const white = rgba[from + c] === 255 ? 1 : 0;
          out[to + c] = colors[3 * x + c];
          out[to + 3 + c] = white;
          any |= white;
        }
        out[to + 6] = any;
      }
    },
  };
}

/** Layers of which the first is 1 where something is seen. */
export function opacityLayers(rows: Rows): LayeredPicture {
  const { width, height } = rows;
  return {
    width,
    height,
    readLayers(row, out) {
      const rgba = rows.read(row);
      out.fill(0);
      for (let x = 0; x < width; x++) out[LAYERS * x] = rgba[4 * x + 3] < OPAQUE ? 0 : 1;
    },
  };
}
