/** Layers of a picture: quantities per pixel that may be averaged. */

import { type Overlaps, overlaps, rowEdges } from "../../sphere/panorama.js";
import { type Decoder, decode } from "../curves/decoder.js";
import { linspace } from "../curves/interpolation.js";

/** Radiance of RGB, then 1 where a channel is at display white (RGB), then 1 where any channel is. */
export const LAYERS = 7;

/** Pixels of a picture: 8-bit display values and their decoder, or radiance, RGB interleaved; or its layers, row by row. */
export type LayeredPicture = { width: number; height: number } & (
  | { rgb: Uint8Array; decoder: Decoder }
  | { radiance: Float32Array; channels: 3 | 4 }
  | { readLayers(row: number, out: Float32Array): void }
);

/** Averages layers to a smaller size, in buffers that it keeps. */
export class LayerAverager {
  #row = new Float32Array(0);
  #colors = new Float32Array(0);
  #layers = new Float32Array(0);
  #key = "";
  #across: Overlaps | null = null;
  #down: Overlaps | null = null;

  /**
   * The layers averaged over areas to `columns` × `rows` pixels. The next call overwrites them.
   *
   * @param isPanorama - areas are those of the sphere; otherwise those of the picture.
   */
  average(picture: LayeredPicture, columns: number, rows: number, isPanorama = false): Float32Array {
    const { width, height } = picture;
    const key = `${width} ${height} ${columns} ${rows} ${isPanorama}`;
    if (key !== this.#key) this.#resize(width, height, columns, rows, isPanorama);
    this.#key = key;
    const layers = this.#layers;
    if (!this.#across || !this.#down) {
      for (let row = 0; row < rows; row++) {
        this.read(picture, row, layers.subarray(row * columns * LAYERS, (row + 1) * columns * LAYERS));
      }
      return layers;
    }
    layers.fill(0);
    for (let row = 0; row < rows; row++) {
      const line = layers.subarray(row * columns * LAYERS, (row + 1) * columns * LAYERS);
      for (let k = this.#down.start[row]; k < this.#down.start[row + 1]; k++) {
        this.read(picture, this.#down.first[row] + k - this.#down.start[row], this.#row);
        addReduced(this.#row, this.#across, this.#down.shares[k], line);
      }
    }
    return layers;
  }

  #resize(width: number, height: number, columns: number, rows: number, isPanorama: boolean): void {
    const isSame = width === columns && height === rows;
    const edges = (count: number): Float64Array =>
      isPanorama ? rowEdges(count).map((edge) => -edge) : linspace(0, 1, count + 1);
    this.#across = isSame ? null : overlaps(linspace(0, 1, width + 1), linspace(0, 1, columns + 1));
    this.#down = isSame ? null : overlaps(edges(height), edges(rows));
    this.#row = new Float32Array(isSame ? 0 : LAYERS * width);
    this.#layers = new Float32Array(LAYERS * columns * rows);
  }

  /** Fills `out` with the layers of one row. */
  read(picture: LayeredPicture, row: number, out: Float32Array): void {
    const { width } = picture;
    if ("readLayers" in picture) {
      picture.readLayers(row, out);
      return;
    }
    if ("radiance" in picture) {
      const { radiance, channels } = picture;
      for (let x = 0, from = row * width * channels, to = 0; x < width; x++, from += channels, to += LAYERS) {
        for (let c = 0; c < 3; c++) out[to + c] = radiance[from + c];
        out.fill(0, to + 3, to + LAYERS);
      }
      return;
    }
    const codes = picture.rgb.subarray(3 * row * width, 3 * (row + 1) * width);
    if (this.#colors.length !== codes.length) this.#colors = new Float32Array(codes.length);
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
