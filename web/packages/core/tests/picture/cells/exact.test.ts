import { expect, test } from "vitest";
import { CELL_VALUES, CellForming } from "../../../src/picture/cells/exact.js";
import { clippedShare } from "../../../src/picture/cells/pixels.js";
import type { CurveName } from "../../../src/picture/curves/decoder.js";
import { decoders, distance, everyNth, readFixture } from "../fixtures.js";
import { pattern } from "../pattern.js";

const kept = readFixture<Record<CurveName, number[]>>("cells");

for (const [name, expected] of Object.entries(kept)) {
  test(`cells of ${name} are Python's`, async () => {
    const forming = new CellForming();
    const decoder = await decoders.get(name as CurveName);
    const cells = forming.form(pattern(96, 192), 192, 96, decoder, new Float32Array(2 * CELL_VALUES));
    expect(distance(everyNth(cells, 61), expected)).toBeLessThan(1e-5); // both are float32
  });
}

test("shares of white are forgotten with the next picture", async () => {
  const forming = new CellForming();
  const decoder = await decoders.get("srgb");
  const cells = forming.form(new Uint8Array(6144).fill(255), 64, 32, decoder, new Float32Array(2 * CELL_VALUES));
  expect(cells[CELL_VALUES]).toBe(1);
  forming.form(new Uint8Array(6144), 64, 32, decoder, cells);
  expect(Math.max(...cells)).toBe(0);
});

test("what is clipped counts by solid angle", () => {
  const rgb = new Uint8Array(3 * 8 * 4);
  rgb.fill(255, 0, 3 * 8); // the upper row reaches down to 45°
  expect(clippedShare(rgb, 8, 4)).toBeCloseTo((1 - Math.SQRT1_2) / 2, 12);
  expect(clippedShare(rgb.fill(254), 8, 4)).toBe(0);
});
