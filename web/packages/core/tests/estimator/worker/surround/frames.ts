/** Frames of a camera that turns in a scene by a formula: those of spec/golden/surround.json, and smoother ones. */

import { axesOf } from "../../../../src/estimator/worker/surround/fit/rotation.js";
import { Blocks } from "../../../../src/estimator/worker/surround/look/blocks.js";
import { closedDecoder } from "../../../../src/picture/curves/closed.js";

type Angles = readonly number[];
type Scene = (x: number, y: number, z: number, c: number) => number;

export const FOV = 65;
const [WIDTH, HEIGHT] = [120, 90];

/** Textured light that clips nowhere. */
export const SMOOTH: Scene = (x, y, z, c) =>
  Math.exp(Math.sin(6 * x + 2 * y) + Math.cos(5 * z - 3 * y)) * [0.05, 0.06, 0.04][c];

/** The scene of the golden file. */
export const GOLDEN: Scene = (x, y, z, c) =>
  0.2 * (1.2 + Math.sin(5 * x + c) * Math.cos(4 * z) + 0.4 * Math.sin(7 * y + 2 * x)) +
  (x * 0.8 + y * 0.36 + z * 0.48 > 0.999 ? 20 - 4 * c : 0);

/** 8-bit sRGB, RGBA, that a camera with yaw, pitch and roll [°] sees. */
export function photograph(scene: Scene, [yaw, pitch, roll]: Angles, exposure = 1, warmth = 0): Uint8Array {
  const axes = axesOf({ yaw, pitch, roll });
  const half = Math.tan((FOV * Math.PI) / 360);
  const bytes = new Uint8Array(4 * WIDTH * HEIGHT).fill(255);
  for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
    const right = ((2 * ((pixel % WIDTH) + 0.5)) / WIDTH - 1) * half;
    const up = ((1 - (2 * (Math.floor(pixel / WIDTH) + 0.5)) / HEIGHT) * half * HEIGHT) / WIDTH;
    const ray = [0, 1, 2].map((axis) => axes[axis] + up * axes[3 + axis] + right * axes[6 + axis]);
    const length = Math.hypot(...ray);
    const [x, y, z] = ray.map((value) => value / length);
    for (let c = 0; c < 3; c++) {
      const light = Math.min(Math.max(scene(x, y, z, c) * exposure * 2 ** (warmth * (1 - c)), 0), 1);
      const display = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
      bytes[4 * pixel + c] = Math.floor(255 * display + 0.5);
    }
  }
  return bytes;
}

/** Such a frame as blocks for so many rows of cells. */
export function blocksOf(bytes: Uint8Array, rows: number): Blocks {
  const blocks = new Blocks();
  blocks.average({ bytes, step: 4, width: WIDTH, height: HEIGHT }, closedDecoder("srgb"), FOV, rows);
  return blocks;
}
