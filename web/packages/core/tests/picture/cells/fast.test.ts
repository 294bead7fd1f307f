import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CELL_VALUES, CellForming } from "../../../src/picture/cells/exact.js";
import { isWhole, WholeForming } from "../../../src/picture/cells/fast.js";
import { clippedShare } from "../../../src/picture/cells/pixels.js";
import { decoders, distance } from "../fixtures.js";
import { pattern } from "../pattern.js";

const manifest = JSON.parse(
  readFileSync(new URL("../../../../../../src/lightprobe/pretrained/manifest.json", import.meta.url), "utf8"),
);
const whole = new WholeForming(manifest.input.cells.decoding);
const exact = new CellForming();
const srgb = await decoders.get("srgb");

for (const [width, height] of [
  [64, 32],
  [256, 128],
  [192, 96],
]) {
  test(`cells of ${width}×${height} pixels are close to exact ones`, () => {
    const rgb = pattern(height, width);
    const cells = new Float32Array(2 * CELL_VALUES);
    const clipped = whole.form(rgb, width, height, cells);
    const expected = exact.form(rgb, width, height, srgb, new Float32Array(2 * CELL_VALUES));
    // the graph decodes by a cubic, and makes what that leaves over good on means
    expect(distance(cells.subarray(0, CELL_VALUES), expected.subarray(0, CELL_VALUES))).toBeLessThan(0.02);
    expect(distance(cells.subarray(CELL_VALUES), expected.subarray(CELL_VALUES))).toBeLessThan(1e-6);
    expect(clipped).toBeCloseTo(clippedShare(rgb, width, height), 12);
  });
}

test("cells of one color are exact to 0.0004", () => {
  for (let code = 0; code < 256; code++) {
    const cells = new Float32Array(2 * CELL_VALUES);
    whole.form(new Uint8Array(CELL_VALUES).fill(code), 64, 32, cells);
    expect(Math.abs(cells[0] - srgb.white * srgbOf(code / 255))).toBeLessThan(4e-4);
    expect(cells[2 * CELL_VALUES - 1]).toBe(code === 255 ? 1 : 0);
  }
});

const srgbOf = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

test("cells are whole where they divide the picture", () => {
  expect(isWhole(512, 256)).toBe(true);
  expect(isWhole(300, 150)).toBe(false);
});
