import { expect, test } from "vitest";
import { clippedShare } from "../../../src/picture/cells/pixels.js";

test("the clipped share counts by solid angle", () => {
  const rgb = new Uint8Array(3 * 8 * 4);
  rgb.fill(255, 0, 3 * 8); // the upper row reaches down to 45°
  expect(clippedShare(rgb, 8, 4)).toBeCloseTo((1 - Math.SQRT1_2) / 2, 12);
  expect(clippedShare(rgb.fill(254), 8, 4)).toBe(0);
});
