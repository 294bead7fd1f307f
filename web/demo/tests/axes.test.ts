/** The axes of cameras, and where their views lie in a panorama. */

import type { Triple } from "lightprobe";
import { expect, test } from "vitest";
import { axesOf, panoramaPosition, viewDirection } from "../src/surround/axes.js";

const near = (got: readonly number[], expected: readonly number[]): void => {
  expected.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 9);
  });
};

test("yaw turns to the right, pitch looks up, roll lowers the right side", () => {
  near(axesOf({ yaw: 0, pitch: 0, roll: 0 }).forward, [1, 0, 0]);
  near(axesOf({ yaw: 90, pitch: 0, roll: 0 }).forward, [0, 0, 1]);
  near(axesOf({ yaw: 90, pitch: 0, roll: 0 }).right, [-1, 0, 0]);
  near(axesOf({ yaw: 0, pitch: 90, roll: 0 }).forward, [0, 1, 0]);
  near(axesOf({ yaw: 0, pitch: 90, roll: 0 }).up, [-1, 0, 0]);
  near(axesOf({ yaw: 0, pitch: 0, roll: 90 }).right, [0, -1, 0]);
  near(axesOf({ yaw: 0, pitch: 0, roll: 90 }).up, [0, 0, 1]);
});

test("axes are orthogonal and right-handed", () => {
  const { forward, up, right } = axesOf({ yaw: 37, pitch: -21, roll: 14 });
  const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  near([dot(forward, up), dot(up, right), dot(right, forward), dot(up, up)], [0, 0, 0, 1]);
  near(right, [
    forward[1] * up[2] - forward[2] * up[1],
    forward[2] * up[0] - forward[0] * up[2],
    forward[0] * up[1] - forward[1] * up[0],
  ]);
});

test("the edges of a view lie half its field of view from the middle", () => {
  const view = { orientation: { yaw: 30, pitch: 0, roll: 0 }, fov: 60, aspect: 2 };
  const at = (across: number, down: number): [number, number] =>
    panoramaPosition(...viewDirection(axesOf(view.orientation), view, across, down));
  near(at(0, 0), [0.5 + 30 / 360, 0.5]);
  near(at(0.5, 0), [0.5 + 60 / 360, 0.5]);
  near(at(-0.5, 0), [0.5, 0.5]);
  near(at(0, -0.5), [0.5 + 30 / 360, 0.5 - Math.atan(Math.tan(Math.PI / 6) / 2) / Math.PI]);
});
