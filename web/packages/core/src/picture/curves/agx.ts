/** The inverse of Blender's view "AgX" (look "None"), by a table fitted to it; imaging/tone/lut.py in Python. */

import { type Decoder, tabulated } from "./decoder.js";
import { interpolate, inverse3, linspace } from "./interpolation.js";
import type { NpyArray } from "./npz.js";

const STOPS = 25; // range of the logarithm [EV]
const LOWEST = -12.47393; // and where it begins [EV re 1.0]
const NODES = 56; // of the view's own table, minus one

/** The decoder, from the arrays of agx.npz. */
export function agxDecoder(tables: { matrix: NpyArray; gray: NpyArray; inverse_steps: NpyArray }): Decoder {
  const gray = tables.gray.data;
  const size = tables.inverse_steps.shape[1];
  const positions = linspace(0, size - 1, gray.length);
  const perChannel = tabulated((display) => {
    const power = display > 0.04045 ? (display + 0.055) / 1.055 : (display / 12.92) ** (1 / 2.4);
    return interpolate(power, gray, positions);
  });
  const last = gray.length - 1; // the first node that is white
  const logs = logarithms(tables.inverse_steps, last / NODES);
  const matrix = inverse3(tables.matrix.data);
  return {
    white: 2 ** ((last / NODES) * STOPS + LOWEST),
    perChannel,
    across: (pixels) => lookUp(pixels, logs, size, matrix),
    mixing: { kind: "agx", table: logs, nodes: size, last: matrix },
  };
}

/**
 * ln of E-Gamut radiance at the nodes of the inverse table: (blue, green, red, channel), red varying fastest; a 0 follows the
 * three channels of a node.
 *
 * The file is planar, and holds corrections to the gray axis' logarithm in 1/65536, as differences along each axis.
 */
function logarithms({ shape, data }: NpyArray, white: number): Float32Array {
  const size = shape[1];
  const values = Uint16Array.from(data);
  for (const step of [size * size, size, 1]) {
    for (let i = 0; i < values.length; i++) {
      if (Math.floor(i / step) % size > 0) values[i] += values[i - step]; // wraps around at 16 bits, as the encoder does
    }
  }
  const corrections = new Int16Array(values.buffer);
  const gray = linspace(0, white, size);
  const nodes = size ** 3;
  const out = new Float32Array(4 * nodes);
  for (let channel = 0, i = 0; channel < 3; channel++) {
    const step = size ** channel;
    for (let node = 0; node < nodes; node++, i++) {
      const log = gray[Math.floor(node / step) % size] + corrections[i] / 65536;
      out[4 * node + channel] = Math.LN2 * (STOPS * log + LOWEST);
    }
  }
  return out;
}

/**
 * Turns positions in the table [nodes], in place, into linear radiance.
 *
 * The value runs from a cell's lowest corner to its highest along the channels, largest remainder first.
 * Source: OpenColorIO, src/OpenColorIO/ops/lut3d/Lut3DOpCPU.cpp; Kasson, Plouffe & Nin, "A tetrahedral interpolation
 * technique for color space conversion", Proc. SPIE 1909, 1993.
 */
function lookUp(pixels: Float32Array, logs: Float32Array, size: number, matrix: Float64Array): void {
  const square = size * size;
  for (let i = 0; i < pixels.length; i += 3) {
    const x = Math.min(Math.floor(pixels[i]), size - 2);
    const y = Math.min(Math.floor(pixels[i + 1]), size - 2);
    const z = Math.min(Math.floor(pixels[i + 2]), size - 2);
    const red = pixels[i] - x;
    const green = pixels[i + 1] - y;
    const blue = pixels[i + 2] - z;
    const high = Math.max(red, green, blue);
    const low = Math.min(red, green, blue);
    const middle = red + green + blue - high - low;
    const corner = z * square + y * size + x;
    const first = corner + (red === high ? 1 : green === high ? size : square);
    const opposite = corner + 1 + size + square;
    const second = opposite - (blue === low ? square : green === low ? size : 1);
    const value = (channel: number): number =>
      Math.exp(
        logs[4 * corner + channel] * (1 - high) +
          logs[4 * first + channel] * (high - middle) +
          logs[4 * second + channel] * (middle - low) +
          logs[4 * opposite + channel] * low,
      );
    const a = value(0);
    const b = value(1);
    const c = value(2);
    pixels[i] = Math.max(matrix[0] * a + matrix[1] * b + matrix[2] * c, 0);
    pixels[i + 1] = Math.max(matrix[3] * a + matrix[4] * b + matrix[5] * c, 0);
    pixels[i + 2] = Math.max(matrix[6] * a + matrix[7] * b + matrix[8] * c, 0);
  }
}
