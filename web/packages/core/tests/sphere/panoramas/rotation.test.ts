import { expect, test } from "vitest";
import {
  frameRotation,
  type LightFrame,
  project,
  rotate,
  rotateDirection,
  rotatePanorama,
} from "../../../src/sphere/index.js";

const WIDTH = 64;
const HEIGHT = 32;

/** A panorama from a function of the cell's row and column. */
function panoramaOf(light: (row: number, column: number) => number): Float32Array {
  const out = new Float32Array(3 * WIDTH * HEIGHT);
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++, at += 3) out.fill(light(row, column), at, at + 3);
  }
  return out;
}

/** A turn by an angle [rad] about x, then about y, written out. */
function turn(x: number, y: number): number[] {
  const [c, s, d, t] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y)];
  return [d, t * s, t * c, 0, c, -s, -t, d * s, d * c];
}

const coefficients = (panorama: Float32Array) => project({ radiance: panorama, width: WIDTH, height: HEIGHT });

test("a quarter turn about the vertical moves columns, exactly", () => {
  const panorama = panoramaOf((row, column) => row + 100 * column);
  // +Z, column 48, comes to +X, column 32: each column comes from 16 further right
  const turned = rotatePanorama(panorama, frameRotation("camera"));
  expect(turned).toEqual(panoramaOf((row, column) => row + 100 * ((column + 16) % WIDTH)));
});

test("constant light stays as it is under any turn, a reflection too", () => {
  const constant = panoramaOf(() => 0.75);
  for (const matrix of [turn(0.3, 1.1), [1, 0, 0, 0, -1, 0, 0, 0, 1]]) {
    expect(rotatePanorama(constant, matrix)).toEqual(constant);
  }
});

test("a turned panorama has the turned coefficients", () => {
  const soft = panoramaOf((row, column) => 1 + Math.cos(column / 7) * Math.sin(row / 9));
  const matrix = turn(0.4, -0.9);
  const [found, expected] = [coefficients(rotatePanorama(soft, matrix)), rotate(coefficients(soft), matrix)];
  const scale = Math.max(...expected.map(Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]) / scale, `number ${i}`).toBeLessThan(0.01);
  });
});

test("the light of one cell is kept within 10 %, wherever it comes", () => {
  for (const row of [3, 10, 16]) {
    const sun = panoramaOf((r, c) => (r === row && c === 20 ? 1000 : 0));
    for (const matrix of [turn(0.4, -0.9), turn(1.2, 0.2)]) {
      const ratio = coefficients(rotatePanorama(sun, matrix))[0] / coefficients(sun)[0];
      expect(Math.abs(ratio - 1), `row ${row}`).toBeLessThan(0.1);
    }
  }
});

test("panoramas of other sizes and matrices that are no turns are refused", () => {
  expect(() => rotatePanorama(new Float32Array(12), turn(0, 0))).toThrow(/expected 64×32×3 numbers, got 12/);
  expect(() =>
    rotatePanorama(
      panoramaOf(() => 1),
      [2, 0, 0, 0, 1, 0, 0, 0, 1],
    ),
  ).toThrow(RangeError);
});

test.each([
  ["picture", [1, 0, 0], [0, 0, 1]],
  ["camera", [0, 0, -1], [1, 0, 0]],
  ["screen", [0, 0, 1], [-1, 0, 0]],
] as [LightFrame, number[], number[]][])("frame %s: center and right of the picture", (frame, center, right) => {
  const matrix = frameRotation(frame);
  expect(rotateDirection([1, 0, 0], matrix)).toEqual(center.map((v) => expect.closeTo(v, 12)));
  expect(rotateDirection([0, 0, 1], matrix)).toEqual(right.map((v) => expect.closeTo(v, 12)));
  expect(rotateDirection([0, 1, 0], matrix)).toEqual([0, 1, 0]);
});

test("a frame may be nine numbers; other names and numbers are refused", () => {
  const matrix = turn(0.1, 0.2);
  expect(frameRotation(matrix)).toBe(matrix);
  expect(() => frameRotation("world" as "camera")).toThrow(/expected a frame \(picture, camera, screen\)/);
  expect(() => frameRotation([1, 2, 3])).toThrow(RangeError);
});

test("a direction may be turned in its own place", () => {
  const direction: [number, number, number] = [0.6, 0, 0.8];
  expect(rotateDirection(direction, frameRotation("camera"), direction)).toBe(direction);
  expect(direction).toEqual([0.8, 0, -0.6].map((v) => expect.closeTo(v, 12)));
});
