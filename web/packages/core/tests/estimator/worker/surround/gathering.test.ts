import { expect, test } from "vitest";
import { makeKnown } from "../../../../src/estimator/worker/surround/exposures.js";
import { Gathering } from "../../../../src/estimator/worker/surround/gathering.js";
import { makeGrid } from "../../../../src/estimator/worker/surround/look/grid.js";
import { golden } from "../../../sphere/helpers.js";
import { blocksOf, GOLDEN, photograph, SMOOTH } from "./frames.js";

interface GoldenSurround {
  frames: {
    true: number[];
    said: number[];
    exposure: number;
    warmth: number;
    time: number;
    sum: number;
    gains: number[];
  }[];
  cells: { cell: number; radiance: number[]; clipped: number[]; weight: number }[];
}

const orientationOf = ([yaw, pitch, roll]: number[]) => ({ yaw, pitch, roll });

/** Agreement to `tolerance` of each number, and of 1e-9. */
function near(actual: ArrayLike<number>, expected: number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(tolerance * Math.abs(value) + 1e-9);
  });
}

test("the golden surround", () => {
  const { frames, cells } = golden<GoldenSurround>("surround");
  const gathering = new Gathering(makeGrid(32), 60, 2);
  for (const { exposure, warmth, said, time, sum, gains, ...frame } of frames) {
    const bytes = photograph(GOLDEN, frame.true, exposure, warmth);
    const total = bytes.reduce((before, value, i) => (i % 4 < 3 ? before + value : before), 0);
    expect(total).toBe(sum);
    gathering.add(blocksOf(bytes, 32), orientationOf(said), time);
    near(gathering.gains, gains);
  }
  const known = makeKnown(2048);
  gathering.recall(known);
  for (const { cell, radiance, clipped, weight } of cells) {
    near(known.radiance.subarray(3 * cell, 3 * cell + 3), radiance);
    near(known.clipped.subarray(3 * cell, 3 * cell + 3), clipped);
    near([known.weight[cell]], [weight]);
  }
  const seen = known.weight.filter((weight, cell) => cell % 7 === 0 && weight > 0);
  expect(seen).toHaveLength(cells.length);
});

test("orientations are found from the pictures", () => {
  const [found, given] = [new Gathering(makeGrid(64), 60, 2), new Gathering(makeGrid(64), 60, 2)];
  for (let number = 0; number < 40; number++) {
    const angles = [1.5 * number, 0.2 * number, 0];
    const blocks = blocksOf(photograph(SMOOTH, angles), 64);
    found.add(blocks, null, number / 30);
    given.add(blocks, orientationOf(angles), number / 30);
  }
  const [ours, theirs] = [makeKnown(8192), makeKnown(8192)];
  found.recall(ours);
  given.recall(theirs);
  const both = [...ours.weight.keys()].filter((cell) => ours.weight[cell] > 0.9 && theirs.weight[cell] > 0.9);
  expect(both.length).toBeGreaterThan(0.95 * theirs.weight.filter((weight) => weight > 0.9).length);
  const off = both.map((cell) => Math.abs(Math.log(ours.radiance[3 * cell] / theirs.radiance[3 * cell])));
  expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(0.05);
});

test("a frame that does not fit is refused, and leaves no trace", () => {
  const gathering = new Gathering(makeGrid(64), 60, 2);
  const [first, other] = [photograph(SMOOTH, [0, 0, 0]), photograph(SMOOTH, [40, 20, 30])];
  gathering.add(blocksOf(first, 64), null, 0);
  const before = makeKnown(8192);
  gathering.recall(before);
  expect(() => gathering.add(blocksOf(other, 64), null, 0.1)).toThrow(
    /^the frame at 0.10 s does not fit the frames before it, for .*; give the orientations/,
  );
  const after = makeKnown(8192);
  gathering.recall(after);
  expect(after).toEqual(before);
  gathering.add(blocksOf(first, 64), null, 0.2);
});

test("times that run backwards are refused", () => {
  const gathering = new Gathering(makeGrid(32), 60, 2);
  const blocks = blocksOf(photograph(SMOOTH, [0, 0, 0]), 32);
  gathering.add(blocks, orientationOf([0, 0, 0]), 2);
  for (const time of [1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => gathering.add(blocks, orientationOf([0, 0, 0]), time)).toThrow(
      `expected a time ≥ 2 s, got ${time} s; begin a new surround`,
    );
  }
});
