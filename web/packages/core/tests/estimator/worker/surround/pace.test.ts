import { expect, test } from "vitest";
import { emptyEstimate } from "../../../../src/estimator/protocol/results.js";
import { Pace } from "../../../../src/estimator/worker/surround/pace.js";

/** An estimate of even light. */
const even = (level: number) => {
  const estimate = emptyEstimate();
  estimate.coeffs.fill(level, 0, 3);
  estimate.panorama.fill(level);
  return estimate;
};

test("the first answer stays; later ones grow by 30 % of the last one's irradiance a second, and fall by 50 %", () => {
  const pace = new Pace();
  const found = [
    [1, 0],
    [10, 0.1],
    [10, 0.2],
    [1.31, 0.3],
    [0.1, 0.4],
  ].map(([level, time]) => {
    const estimate = even(level);
    pace.limit(estimate, time);
    expect(estimate.panorama[99]).toBeCloseTo(estimate.coeffs[1], 6);
    return estimate.coeffs[0];
  });
  const brighter = 1 + 0.03 * 0.5 * 10; // half of the new one is more than the last
  const second = brighter + 0.03 * 0.5 * 10;
  expect(found[0]).toBe(1);
  expect(found[1]).toBeCloseTo(brighter, 5);
  expect(found[2]).toBeCloseTo(second, 5);
  expect(found[3]).toBeCloseTo(1.31, 5); // near enough
  expect(found[4]).toBeCloseTo(1.31 * 0.95, 5);
});

test("light comes out of the dark", () => {
  const pace = new Pace();
  pace.limit(even(0), 0);
  const estimate = even(4);
  pace.limit(estimate, 1);
  expect(estimate.coeffs[0]).toBeCloseTo(0.6, 6);
});
