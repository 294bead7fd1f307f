/** The inverse of Blender's view "Filmic" (look "None"); imaging/tone/lut.py in Python. */

import { type Decoder, tabulated } from "./decoder.js";
import { interpolate, linspace } from "./interpolation.js";
import type { NpyArray } from "./npz.js";

const STOPS = 25; // range of the logarithm [EV]
const LOWEST = -12.473931188; // and where it begins [EV re 1.0]
const COVERED = 0.66; // part of the logarithm that the curve covers
const KNEE = 20; // node of 32 below which the view keeps saturation
const ROWS = 33;
const COLUMNS = 513;

const radianceOf = (log: number): number => 2 ** (STOPS * log + LOWEST);

/** The decoder, from the arrays of filmic.npz. */
export function filmicDecoder({ curve, desaturation }: { curve: NpyArray; desaturation: NpyArray }): Decoder {
  const mixed = desaturation.data;
  const logs = linspace(0, COVERED, curve.data.length);
  const perChannel = tabulated((display) => {
    const log = interpolate(display, curve.data, logs);
    return radianceOf(interpolate(log, [mixed[0], 1 / 32, 1], [0, 1 / 32, 1])); // the cube's black is not quite 0
  });
  const table = undoing(mixed);
  return { white: radianceOf(COVERED), perChannel, across: resaturate(table), mixing: { kind: "filmic", table } };
}

/** Restores the saturation of pixels brighter than the knee, which the view reduced. */
function resaturate(undo: Float32Array): (pixels: Float32Array) => void {
  const bright = radianceOf(KNEE / 32);
  const logOf = (radiance: number): number => Math.min(Math.max((Math.log2(radiance) - LOWEST) / STOPS, 0), COVERED);
  return (pixels) => {
    for (let i = 0; i < pixels.length; i += 3) {
      const most = Math.max(pixels[i], pixels[i + 1], pixels[i + 2]);
      if (!(most > bright)) continue;
      const peak = logOf(most);
      const row = Math.min(peak * 32 - KNEE, 1) * (ROWS - 1);
      const upper = Math.min(Math.floor(row), ROWS - 2);
      for (let at = i; at < i + 3; at++) {
        const log = logOf(pixels[at]);
        const own = log < peak ? Math.min(between(undo, upper, row - upper, log), peak) : peak;
        pixels[at] = radianceOf(own);
      }
    }
  };
}

/** Bilinear in the table: t of the way from a row to the next, at a logarithm. */
function between(undo: Float32Array, row: number, t: number, log: number): number {
  const column = log * ((COLUMNS - 1) / COVERED);
  const left = Math.min(Math.floor(column), COLUMNS - 2);
  const s = column - left;
  const at = row * COLUMNS + left;
  const above = undo[at] * (1 - s) + undo[at + 1] * s;
  const below = undo[at + COLUMNS] * (1 - s) + undo[at + COLUMNS + 1] * s;
  return above * (1 - t) + below * t;
}

/** Logarithm before desaturation, by the peak's place between knee and next node, and by that after it. */
function undoing(mixed: ArrayLike<number>): Float32Array {
  const out = new Float32Array(ROWS * COLUMNS);
  const after = linspace(0, COVERED, COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    const part = row / (ROWS - 1);
    const values: number[] = [];
    const turns: number[] = []; // the way there is two straight pieces per cell of the table
    for (let node = 0; node <= KNEE; node++) {
      const before = mixed[33 * KNEE + node] * (1 - part);
      const next = 33 * (KNEE + 1) + node;
      values.push(before + mixed[next] * part, before + mixed[next + 1] * part);
      turns.push(node / 32, (node + part) / 32);
    }
    for (let column = 0; column < COLUMNS; column++) {
      out[row * COLUMNS + column] = interpolate(after[column], values, turns);
    }
  }
  return out;
}
