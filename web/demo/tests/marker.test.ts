/** Where a direction lies in panoramas, parts of them, and photos. */

import { expect, test } from "vitest";
import { positionOf } from "../src/panel/card/marker.js";

const near = ([u, v]: [number, number], expected: [number, number]): void => {
  expect(u).toBeCloseTo(expected[0], 6);
  expect(v).toBeCloseTo(expected[1], 6);
};

test("panoramas: the center is +X, a quarter to the right +Z", () => {
  const whole = { fov: null, aspect: 2 };
  near(positionOf([1, 0, 0], whole), [0.5, 0.5]);
  near(positionOf([0, 0, 1], whole), [0.75, 0.5]);
  near(positionOf([0, 1, 0], whole), [0.5, 0]);
});

test("a part of a panorama, also across the seam", () => {
  const half = { fov: null, aspect: 2, crop: { left: 0.25, top: 0.25, width: 0.5, height: 0.5 } };
  near(positionOf([1, 0, 0], half), [0.5, 0.5]);
  near(positionOf([0, 0, 1], half), [1, 0.5]);
  const back = { fov: null, aspect: 2, crop: { left: 0.75, top: 0, width: 0.5, height: 1 } };
  near(positionOf([-1, 0, -1e-9], back), [0.5, 0.5]);
});

test("photos: a right angle reaches from edge to edge, and what is behind lies outside", () => {
  const photo = { fov: 90, aspect: 1 };
  const s = Math.SQRT1_2;
  near(positionOf([1, 0, 0], photo), [0.5, 0.5]);
  near(positionOf([s, 0, s], photo), [1, 0.5]);
  near(positionOf([s, s, 0], photo), [0.5, 0]);
  expect(positionOf([-1, 0, 0.2], photo)[0]).toBeGreaterThan(1);
});
