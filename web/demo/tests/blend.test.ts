/** One light fades into another. */

import type { Estimate, Triple } from "lightprobe";
import { expect, test } from "vitest";
import { blend } from "../src/scene/drawing/blend.js";

const light = (value: number, direction: Triple): Estimate =>
  ({
    coeffs: new Float32Array(27).fill(value),
    panorama: new Float32Array(6144).fill(2 * value),
    light: { direction, color: [1, 1, 1], intensity: value, share: value / 10 },
    seen: 1,
  }) as unknown as Estimate;
const [from, to] = [light(1, [1, 0, 0]), light(3, [0, 1, 0])];

test("halfway is the mean, with a direction in between", () => {
  const half = blend(from, to, 0.5, null);
  expect(half.coeffs[4]).toBe(2);
  expect(half.panorama[100]).toBe(4);
  expect(half.light.intensity).toBe(2);
  expect(half.light.direction.map((each) => each.toFixed(4))).toEqual(["0.7071", "0.7071", "0.0000"]);
});

test("both ends are the lights themselves, which stay as they are", () => {
  expect(blend(from, to, 0, null).coeffs).toEqual(from.coeffs);
  expect(blend(from, to, 1, null).light).toEqual(to.light);
  expect(to.coeffs[0]).toBe(3);
});

test("opposite directions have one in between too", () => {
  expect(blend(from, light(1, [-1, 0, 0]), 0.5, null).light.direction).toEqual([-1, 0, 0]);
});
