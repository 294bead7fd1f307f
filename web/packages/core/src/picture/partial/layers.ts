/** Layers of a perspective picture: quantities per pixel that may be averaged. */

import { type Overlaps, overlaps } from "../../sphere/panorama.js";
import { type Decoder, decode } from "../curves/decoder.js";
import { linspace } from "../curves/interpolation.js";

/** Radiance of RGB, then 1 where a channel is at display white (RGB), then 1 where any channel is. */
export const LAYERS = 7;

/** Pixels of a perspective picture: 8-bit display values and their decoder, or radiance. RGB interleaved. */
export type PerspectivePicture = { width: number; height: number } & (
  | { rgb: Uint8Array; decoder: Decoder }
  | { radiance: Float32Array; channels: 3 | 4 }
);

/** Averages layers to a smaller size, in buffers that it keeps. */
export class LayerAverager {
  #row = new Float32Array(0);
  #colors = new Float32Array(0);
  #layers = new Float32Array(0);
  #key = "";
  #across: Overlaps | null = null;
  #down: Overlaps | null = null;

  /** The layers averaged over areas to `columns` × `rows` pixels. The next call overwrites them. */
  average(picture: PerspectivePicture, columns: number, rows: number): Float32Array {
    const { width, height } = picture;
    const key = `${width} ${height} ${columns} ${rows}`;
    if (key !== this.#key) this.#resize(width, height, columns, rows);
    this.#key = key;
    const layers = this.#layers;
    if (!this.#across || !this.#down) {
      for (let row = 0; row < rows; row++) {
        this.#read(picture, row, layers.subarray(row * columns * LAYERS, (row + 1) * columns * LAYERS));
      }
      return layers;
    }
    layers.fill(0);
    for (let row = 0; row < rows; row++) {
      const line = layers.subarray(row * columns * LAYERS, (row + 1) * columns * LAYERS);
      for (let k = this.#down.start[row]; k < this.#down.start[row + 1]; k++) {
        this.#read(picture, this.#down.first[row] + k - this.#down.start[row], this.#row);
        addReduced(this.#row, this.#across, this.#down.shares[k], line);
      }
    }
    return layers;
  }

  #resize(width: number, height: number, columns: number, rows: number): void {
    const isSame = width === columns && height === rows;
    this.#across = isSame ? null : overlaps(linspace(0, 1, width + 1), linspace(0, 1, columns + 1));
    this.#down = isSame ? null : overlaps(linspace(0, 1, height + 1), linspace(0, 1, rows + 1));
    this.#row = new Float32Array(isSame ? 0 : LAYERS * width);
    this.#colors = new Float32Array(3 * width);
    this.#layers = new Float32Array(LAYERS * columns * rows);
  }

  /** Fills `out` with the layers of one row. */
  #read(picture: PerspectivePicture, row: number, out: Float32Array): void {
    const { width } = picture;
    if ("radiance" in picture) {
      const { radiance, channels } = picture;
      for (let x = 0, from = row * width * channels, to = 0; x < width; x++, from += channels, to += LAYERS) {
        for (let c = 0; c < 3; c++) out[to + c] = radiance[from + c];
        out.fill(0, to + 3, to + LAYERS);
      }
      return;
    }
    const codes = picture.rgb.subarray(3 * row * width, 3 * (row + 1) * width);
    const colors = decode(codes, picture.decoder, this.#colors);
    for (let from = 0, to = 0; from < codes.length; from += 3, to += LAYERS) {
      let any = 0;
      for (let c = 0; c < 3; c++) {
        const white = codes[from + c] === 255 ? 1 : 0;
        out[to + c] = colors[from + c];
        out[to + 3 + c] = white;
        any |= white;
      }
      out[to + 6] = any;
    }
  }
}

/** Adds a row, averaged to fewer columns, times a factor. */
function addReduced(row: Float32Array, { first, start, shares }: Overlaps, factor: number, out: Float32Array): void {
  for (let column = 0; column < first.length; column++) {
    let from = first[column] * LAYERS;
    for (let k = start[column]; k < start[column + 1]; k++) {
      const weight = factor * shares[k];
      for (let layer = 0; layer < LAYERS; layer++, from++) out[column * LAYERS + layer] += weight * row[from];
    }
  }
}
