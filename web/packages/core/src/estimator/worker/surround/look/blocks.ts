/** A frame averaged to blocks, about a quarter of a cell wide. Convention: spec/SURROUND.md#a-look. */

import type { Decoder } from "../../../../picture/curves/decoder.js";
import { POINTS } from "./grid.js";

/** 8-bit display values. */
export interface FramePixels {
  bytes: Uint8Array;
  /** Bytes of a pixel: red, green and blue, and perhaps one that is ignored. */
  step: 3 | 4;
  width: number;
  height: number;
}

/** Means over blocks; keeps its buffers from frame to frame. */
export class Blocks {
  /** Mean radiance, RGB interleaved; display white where the frame is clipped. */
  light = new Float64Array(0);
  /** Share at display white, channel by channel. */
  clipped = new Float64Array(0);
  /** Blocks across and down. */
  columns = 0;
  lines = 0;
  /** Radiance of gray at display white. */
  white = 1;
  /** Pixels along the side of a block. */
  size = 1;
  /** Size of the frame [pixels]. */
  width = 0;
  height = 0;
  /** Tangent of half the horizontal field of view. */
  half = 1;
  #line = new Float32Array(0);

  /** Averages a frame with a horizontal field of view [°] for so many rows of cells. */
  average({ bytes, step, width, height }: FramePixels, decoder: Decoder, fov: number, rows: number): void {
    this.half = Math.tan((fov * Math.PI) / 360);
    this.size = blockSize(width, height, this.half, rows);
    this.white = decoder.white;
    this.width = width;
    this.height = height;
    this.columns = Math.floor(width / this.size);
    this.lines = Math.floor(height / this.size);
    const values = 3 * this.columns * this.lines;
    if (this.light.length !== values) {
      this.light = new Float64Array(values);
      this.clipped = new Float64Array(values);
    }
    this.light.fill(0);
    this.clipped.fill(0);
    for (let row = 0; row < this.lines * this.size; row++) this.#add(bytes, step, row, decoder);
    const share = 1 / (this.size * this.size);
    for (let i = 0; i < values; i++) {
      this.light[i] *= share;
      this.clipped[i] *= share;
    }
  }

  /** Adds a row of pixels to its blocks. Pixels to the right that fill no block are left out. */
  #add(bytes: Uint8Array, step: number, row: number, { perChannel, across }: Decoder): void {
    const { light, clipped, columns, size, width } = this;
    if (this.#line.length !== 3 * columns * size) this.#line = new Float32Array(3 * columns * size);
    const line = this.#line;
    const start = 3 * columns * Math.floor(row / size);
    let from = row * width * step;
    for (let block = start, to = 0; block < start + 3 * columns; block += 3) {
      for (let pixel = 0; pixel < size; pixel++, from += step, to += 3) {
        for (let c = 0; c < 3; c++) {
          const code = bytes[from + c];
          line[to + c] = perChannel[code];
          if (code === 255) clipped[block + c]++;
        }
      }
    }
    across?.(line);
    for (let block = start, at = 0; block < start + 3 * columns; block += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let pixel = 0; pixel < size; pixel++, at += 3) {
        red += line[at];
        green += line[at + 1];
        blue += line[at + 2];
      }
      light[block] += red;
      light[block + 1] += green;
      light[block + 2] += blue;
    }
  }
}

/** Pixels along the side of a block: as many as fit into a quarter of a cell at the middle of the frame. */
function blockSize(width: number, height: number, half: number, rows: number): number {
  const pixelsPerCell = ((width / (2 * half)) * Math.PI) / rows;
  return Math.max(1, Math.min(Math.floor(pixelsPerCell / POINTS), width, height));
}
