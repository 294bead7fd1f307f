import { expect, test } from "vitest";
import { emptyEstimate } from "../../src/estimator/protocol/results.js";
import { copyEstimate } from "../../src/live/copy.js";
import type { Estimate } from "../../src/types.js";

/** An estimate with a number of its own in every place. */
function filled(curve: boolean): Estimate {
  const estimate = emptyEstimate();
  estimate.coeffs.forEach((_, i, all) => {
    all[i] = i + 1;
  });
  estimate.panorama.fill(0.5);
  Object.assign(estimate, { clipped: 0.1, seen: 0.2, response: "agx", curve: curve ? new Float32Array([1, 2]) : null });
  Object.assign(estimate, { answer: "median", uncertainty: 0.3 });
  estimate.light = { direction: [1, 2, 3], color: [4, 5, 6], intensity: 7, share: 8 };
  estimate.timing = { main: 1, read: 2, prepare: 3, network: 4, light: 5, total: 6 };
  return estimate;
}

test.each([true, false])("a copy has the same numbers and shares none (curve: %s)", (curve) => {
  const original = filled(curve);
  const copy = copyEstimate(original);
  expect(copy).toEqual(original);
  for (const part of ["coeffs", "panorama", "light", "timing"] as const) expect(copy[part]).not.toBe(original[part]);
  expect(copy.light.direction).not.toBe(original.light.direction);
  expect(copy.light.color).not.toBe(original.light.color);
  if (curve) expect(copy.curve).not.toBe(original.curve);
});

test.each([true, false])("a target is filled in its own arrays (curve: %s)", (curve) => {
  const target = emptyEstimate();
  if (!curve) target.curve = new Float32Array(2);
  const { coeffs, panorama, light, timing } = target;
  const copy = copyEstimate(filled(curve), target);
  expect(copy).toBe(target);
  expect(copy).toEqual(filled(curve));
  expect([copy.coeffs, copy.panorama, copy.light, copy.timing]).toEqual([coeffs, panorama, light, timing]);
  expect(copy.coeffs).toBe(coeffs);
  expect(copy.light).toBe(light);
});

test("a curve is copied into the target's own", () => {
  const target = filled(true);
  const { curve } = target;
  curve?.fill(0);
  expect(copyEstimate(filled(true), target).curve).toBe(curve);
  expect(curve).toEqual(filled(true).curve);
});
