import { expect, test } from "vitest";
import { ExactCells } from "../../../src/picture/cells/exact.js";
import { CELL_VALUES } from "../../../src/picture/cells/grid.js";
import { clippedShare } from "../../../src/picture/cells/pixels.js";
import { type CurveName, decode } from "../../../src/picture/curves/decoder.js";
import { averageToPanorama } from "../../../src/sphere/panorama.js";
import { decoders, distance, everyNth, readFixture } from "../fixtures.js";
import { pattern } from "../pattern.js";

const kept = readFixture<Record<CurveName, number[]>>("cells");

for (const [name, expected] of Object.entries(kept)) {
  test(`cells of ${name} are Python's`, async () => {
    const decoder = await decoders.get(name as CurveName);
    const cells = new Float32Array(2 * CELL_VALUES);
    new ExactCells().form(pattern(96, 192), 192, 96, decoder, cells);
    expect(distance(everyNth(cells, 61), expected)).toBeLessThan(1e-5); // both are float32
  });
}

for (const [width, height] of [
  [64, 32],
  [256, 128],
  [300, 150],
  [1024, 512],
  [24, 12],
]) {
  test(`cells of ${width}×${height} pixels are means by solid angle, whatever the size`, async () => {
    const rgb = pattern(height, width);
    const srgb = await decoders.get("srgb");
    const cells = new Float32Array(2 * CELL_VALUES);
    const clipped = new ExactCells().form(rgb, width, height, srgb, cells);
    const means = (radiance: Float32Array): number[] => [...averageToPanorama({ radiance, width, height })];
    const planar = (interleaved: number[]): number[] =>
      [0, 1, 2].flatMap((c) => interleaved.filter((_, i) => i % 3 === c));
    const radiance = planar(means(decode(rgb, srgb, new Float32Array(rgb.length))));
    const white = planar(means(Float32Array.from(rgb, (code) => (code === 255 ? 1 : 0))));
    expect(distance(cells.subarray(0, CELL_VALUES), radiance)).toBeLessThan(1e-6);
    expect(distance(cells.subarray(CELL_VALUES), white)).toBeLessThan(1e-6);
    expect(clipped).toBeCloseTo(clippedShare(rgb, width, height), 12);
  });
}

test("cells of one color are that color", async () => {
  const srgb = await decoders.get("srgb");
  for (let code = 0; code < 256; code++) {
    const cells = new Float32Array(2 * CELL_VALUES);
    new ExactCells().form(new Uint8Array(3 * 80 * 40).fill(code), 80, 40, srgb, cells);
    expect(cells[0]).toBeCloseTo(srgb.perChannel[code], 6);
    expect(cells[2 * CELL_VALUES - 1]).toBeCloseTo(code === 255 ? 1 : 0, 6);
  }
});

test("nothing is left of the picture before, nor of its size", async () => {
  const cells = new Float32Array(2 * CELL_VALUES);
  const exact = new ExactCells();
  const agx = await decoders.get("agx");
  const srgb = await decoders.get("srgb");
  exact.form(new Uint8Array(3 * 128 * 64).fill(255), 128, 64, agx, cells);
  expect(cells[CELL_VALUES]).toBe(1);
  expect(exact.form(new Uint8Array(6144), 64, 32, srgb, cells)).toBe(0);
  expect(Math.max(...cells)).toBe(0);
});

test("the clipped share counts by solid angle", () => {
  const rgb = new Uint8Array(3 * 8 * 4);
  rgb.fill(255, 0, 3 * 8); // the upper row reaches down to 45°
  expect(clippedShare(rgb, 8, 4)).toBeCloseTo((1 - Math.SQRT1_2) / 2, 12);
  expect(clippedShare(rgb.fill(254), 8, 4)).toBe(0);
});
