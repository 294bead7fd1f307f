import { expect, test } from "vitest";
import { Exposures, makeKnown } from "../../../../src/estimator/worker/surround/exposures.js";
import { axesOf } from "../../../../src/estimator/worker/surround/fit/rotation.js";
import { makeGrid } from "../../../../src/estimator/worker/surround/look/grid.js";
import { Look } from "../../../../src/estimator/worker/surround/look/look.js";
import { blocksOf, photograph } from "./frames.js";

const GRID = makeGrid(32);
const MIDDLE = 16 * 64 + 32;
const EVEN = Float64Array.of(1, 1, 1);

/** A look at an even wall of this radiance, straight ahead. */
function lookAt(radiance: number): Look {
  const look = new Look(GRID);
  look.take(
    blocksOf(
      photograph(() => radiance, [0, 0, 0]),
      32,
    ),
    axesOf({ yaw: 0, pitch: 0, roll: 0 }),
  );
  look.radiance.fill(radiance); // without the rounding of codes
  look.clipped.fill(radiance >= 1 ? 1 : 0);
  return look;
}

/** What is known of the middle: radiance, clipped share, weight. */
function recall(exposures: Exposures, time: number): number[] {
  const known = makeKnown(GRID.count);
  exposures.recall(time, null, known);
  return [known.radiance[3 * MIDDLE], known.clipped[3 * MIDDLE], known.weight[MIDDLE]];
}

test("what passes by counts at most four times as bright, or as dark, as what was there", () => {
  const [bright, dark] = [new Exposures(GRID, 60), new Exposures(GRID, 60)];
  for (const exposures of [bright, dark]) exposures.add(lookAt(0.1), EVEN, 0);
  bright.add(lookAt(0.9), EVEN, 0);
  dark.add(lookAt(0.001), EVEN, 0);
  expect(recall(bright, 0)[0]).toBeCloseTo((0.1 + 0.4) / 2, 12);
  expect(recall(dark, 0)[0]).toBeCloseTo((0.1 + 0.025) / 2, 12);
});

test("looks fade with their age, are forgotten, and count as fifteen at most", () => {
  const exposures = new Exposures(GRID, 10);
  for (let look = 0; look < 40; look++) exposures.add(lookAt(0.5), EVEN, 0);
  expect(recall(exposures, 0)[2]).toBe(15);
  expect(recall(exposures, 10)[2]).toBeCloseTo(15 / Math.E, 12);
  expect(recall(exposures, 100)).toEqual([0, 0, 0]);
});

test("light that clips in one exposure is that of a darker one", () => {
  const exposures = new Exposures(GRID, 60);
  exposures.add(lookAt(1), EVEN, 0);
  expect(recall(exposures, 0).slice(0, 2)).toEqual([1, 1]);
  exposures.add(lookAt(0.6), Float64Array.of(8, 8, 8), 0);
  const [radiance, clipped, weight] = recall(exposures, 0);
  expect([radiance, clipped, weight]).toEqual([0.6 * 8, 0, 2]);
});

test("where all exposures clip, the one with the highest white counts most", () => {
  const exposures = new Exposures(GRID, 60);
  exposures.add(lookAt(1), EVEN, 0);
  exposures.add(lookAt(1), Float64Array.of(4, 4, 4), 0);
  const [radiance, clipped] = recall(exposures, 0);
  expect(radiance).toBeCloseTo((1 + 16 * 4) / 17, 12); // weights 4^stop
  expect(clipped).toBe(1);
});
