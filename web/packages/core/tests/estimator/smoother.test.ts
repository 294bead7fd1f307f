/** Smoothing by time: how far after how long, in whose arrays, and what becomes of the light. */

import { expect, test } from "vitest";
import { Smoother } from "../../src/estimator/smoother.js";
import { directionalFit, dominantLight } from "../../src/sphere/light.js";
import { project } from "../../src/sphere/projection.js";
import type { Estimate } from "../../src/types.js";
import { close } from "../sphere/helpers.js";

/** An estimate of gray light with a lamp in one cell. */
function estimate(gray: number, lamp: number, cell = 900): Estimate {
  const panorama = new Float32Array(6144).fill(gray).fill(lamp, 3 * cell, 3 * cell + 3);
  const coeffs = Float32Array.from(project({ radiance: panorama, width: 64, height: 32 }));
  const timing = { main: 0, read: 0, prepare: 0, network: 0, light: 0, total: 0 };
  const light = dominantLight(coeffs, panorama);
  return { coeffs, panorama, light, clipped: 0, seen: 1, response: "srgb", curve: null, timing };
}

test("63 % of the way after one time constant, 95 % after three", () => {
  const smoother = new Smoother(0.3);
  smoother.smooth(estimate(1, 1), 10);
  const root = Math.sqrt(4 * Math.PI);
  const after1 = smoother.smooth(estimate(2, 2), 10.3);
  close([after1.panorama[0], after1.coeffs[0] / root], [2 - Math.exp(-1), 2 - Math.exp(-1)], 2e-6); // single precision
  const after3 = smoother.smooth(estimate(2, 2), 10.9);
  close([after3.panorama[0], after3.coeffs[0] / root], [2 - Math.exp(-3), 2 - Math.exp(-3)], 2e-6);
});

test("the frame rate does not matter", () => {
  const [often, seldom] = [new Smoother(0.5), new Smoother(0.5)];
  often.smooth(estimate(1, 1), 0);
  seldom.smooth(estimate(1, 1), 0);
  let last = estimate(3, 90);
  for (let frame = 1; frame <= 1000; frame++) last = often.smooth(estimate(3, 90), frame / 1000);
  const other = seldom.smooth(estimate(3, 90), 1);
  close(last.coeffs, other.coeffs, 2e-6);
  close(last.panorama, other.panorama, 2e-6);
});

test("smooths in the arrays of the estimate, and keeps none of them", () => {
  const smoother = new Smoother(1);
  const target = estimate(1, 1);
  const { coeffs, panorama, light } = target;
  smoother.smooth(target, 0);
  const next = estimate(2, 2);
  coeffs.set(next.coeffs); // as an estimator does that fills the same target again and again
  panorama.set(next.panorama);
  expect(smoother.smooth(target, 1)).toBe(target);
  expect([target.coeffs, target.panorama, target.light]).toEqual([coeffs, panorama, light]);
  expect(target.coeffs).toBe(coeffs);
  expect(target.panorama).toBe(panorama);
  expect(target.light).toBe(light);
  close([panorama[5]], [2 - Math.exp(-1)], 2e-6);
});

test("the dominant light is that of the smoothed panorama", () => {
  const smoother = new Smoother(1);
  smoother.smooth(estimate(1, 500, 900), 0);
  const both = smoother.smooth(estimate(1, 500, 1100), 0.1);
  expect(both.light).toEqual(dominantLight(both.coeffs, both.panorama));
  const old = estimate(1, 500, 900).light.direction;
  const facing = both.light.direction.reduce((sum, value, axis) => sum + value * old[axis], 0);
  expect(facing).toBeGreaterThan(0.99); // 0.1 s of 1 s: still the old lamp
});

test("or of the smoothed coefficients, where the panorama is reconstructed", () => {
  const smoother = new Smoother(1);
  smoother.smooth(estimate(1, 500, 900), 0, true);
  const both = smoother.smooth(estimate(1, 500, 1100), 0.7, true);
  expect(both.light).toEqual(directionalFit(both.coeffs));
});

test("without smoothing, and at the first picture, an estimate stays as it is", () => {
  for (const smoother of [new Smoother(0), new Smoother(1)]) {
    if (smoother.timeConstant === 0) smoother.smooth(estimate(1, 1), 0);
    const passed = smoother.smooth(estimate(2, 70), 0);
    expect(passed).toEqual(estimate(2, 70));
  }
});

test("reset forgets time and light", () => {
  const smoother = new Smoother(1);
  smoother.smooth(estimate(1, 1), 100);
  smoother.reset();
  expect(smoother.smooth(estimate(2, 70), 0)).toEqual(estimate(2, 70));
});

test("the time constant may change between pictures", () => {
  const smoother = new Smoother(0);
  smoother.smooth(estimate(1, 1), 0);
  smoother.timeConstant = 2;
  close([smoother.smooth(estimate(2, 2), 2).panorama[0]], [2 - Math.exp(-1)], 2e-6);
  expect(() => {
    smoother.timeConstant = -1;
  }).toThrow(RangeError);
});

test("refuses a negative time constant, and times that run backwards or are not finite", () => {
  expect(() => new Smoother(-0.1)).toThrow(/expected a time constant ≥ 0 seconds, got -0.1; 0.3 suits/);
  expect(() => new Smoother(Number.NaN)).toThrow(RangeError);
  const smoother = new Smoother(1);
  smoother.smooth(estimate(1, 1), 5);
  expect(() => smoother.smooth(estimate(1, 1), 4.9)).toThrow(/expected a time ≥ 5 s, got 4.9 s; call reset\(\) after/);
  expect(() => smoother.smooth(estimate(1, 1), Number.NaN)).toThrow(RangeError);
  expect(() => smoother.smooth(estimate(1, 1), Number.POSITIVE_INFINITY)).toThrow(RangeError);
});

test("the smoothed light is green, or unseen, only if the new one is", () => {
  const fresh = (): Estimate => {
    const found = estimate(1, 2);
    const { coeffs, panorama } = found;
    panorama[2701] = 90; // green
    panorama.fill(1.5, 0, 1500); // and a sky
    coeffs.set(project({ radiance: panorama, width: 64, height: 32 }));
    return { ...found, seen: 0.1 };
  };
  for (const facts of [{}, { guess: fresh().panorama }, { seen: 0.1 }]) {
    const smoother = new Smoother(1);
    const [first, second] = [fresh(), fresh()];
    dominantLight(second.coeffs, second.panorama, second.light, facts);
    const expected = structuredClone(second.light);
    smoother.smooth(first, 0);
    const found = smoother.smooth(second, 0.5).light;
    close(found.direction, expected.direction, 2e-6);
    close(found.color, expected.color, 2e-6);
  }
});
