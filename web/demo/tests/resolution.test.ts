import { expect, test } from "vitest";
import { Resolution } from "../src/scene/drawing/resolution.js";

/** Draws in a row, each taking so long at full resolution and no less than a frame of the screen [ms]; returns the parts. */
function draw(resolution: Resolution, full: number, count: number): number[] {
  let now = 1000;
  return Array.from({ length: count }, () => {
    const part = resolution.next(now);
    now += Math.max(1000 / 60, full * part * part);
    return part;
  });
}

test("the first drawing is coarse, and a fast device is sharp three frames later", () => {
  expect(draw(new Resolution(), 3, 5)).toEqual([0.4, 0.6, 0.8, 1, 1]);
});

test("a slow device stays where a drawing takes no longer than 40 ms", () => {
  expect(draw(new Resolution(), 100, 6)).toEqual([0.4, 0.6, 0.6, 0.6, 0.6, 0.6]);
  expect(draw(new Resolution(), 400, 4)).toEqual([0.4, 0.4, 0.4, 0.4]);
});

test("a device that becomes slow draws more coarsely", () => {
  const resolution = new Resolution();
  draw(resolution, 3, 5);
  expect(resolution.next(10_000)).toBe(0.8); // 9 s after the one before, which came in a row
  expect(resolution.next(10_010)).toBe(1);
});

test("time without a change does not count as a slow drawing", () => {
  const resolution = new Resolution();
  draw(resolution, 3, 5);
  resolution.rest(2000);
  expect(resolution.next(10_000)).toBe(1);
});

test("when all is still for a quarter of a second, one sharp drawing follows", () => {
  const resolution = new Resolution();
  expect(resolution.next(1000)).toBe(0.4);
  expect(resolution.rest(1100)).toBe(false);
  expect(resolution.rest(1300)).toBe(true);
  expect(resolution.rest(1700)).toBe(false);
  draw(resolution, 3, 5);
  expect(resolution.rest(3000)).toBe(false); // it is sharp already
});
