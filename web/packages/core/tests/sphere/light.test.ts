/** The dominant light: a sun that was put there is found again, and where there is none, none is. */

import { expect, test } from "vitest";
import { irradianceAt } from "../../src/sphere/irradiance.js";
import { directionalFit, dominantLight, LUMINANCE } from "../../src/sphere/light.js";
import { averageToPanorama, rowEdges } from "../../src/sphere/panorama.js";
import { project } from "../../src/sphere/projection.js";
import type { DominantLight, Triple } from "../../src/types.js";
import { chance, close, degreesApart, gentle } from "./helpers.js";

const SKY = [0.4, 0.5, 0.7];

/** 256×128 of sky with one bright pixel; what it sends is `rgb` times its solid angle. */
function sunny(row: number, column: number, rgb: readonly number[]) {
  const image = { radiance: Float32Array.from({ length: 98304 }, (_, i) => SKY[i % 3]), width: 256, height: 128 };
  for (let c = 0; c < 3; c++) image.radiance[3 * (256 * row + column) + c] += rgb[c];
  const latitude = Math.PI * (0.5 - (row + 0.5) / 128);
  const azimuth = Math.PI * ((2 * (column + 0.5)) / 256 - 1);
  const direction = [
    Math.cos(latitude) * Math.cos(azimuth),
    Math.sin(latitude),
    Math.cos(latitude) * Math.sin(azimuth),
  ];
  const edges = rowEdges(128);
  return { image, direction, angle: ((edges[row] - edges[row + 1]) * 2 * Math.PI) / 256 };
}

test.each([
  [3, 17],
  [40, 200],
  [64, 0],
  [70, 255],
  [120, 99],
])("a sun smaller than a cell, row %i, column %i", (row, column) => {
  const rgb = [20_000, 15_000, 9_000];
  const { image, direction, angle } = sunny(row, column, rgb);
  const light = dominantLight(Float32Array.from(project(image)), averageToPanorama(image));
  expect(degreesApart(light.direction, direction)).toBeLessThan(0.2);
  close(
    light.color.map((value) => value * light.intensity),
    rgb.map((value) => value * angle),
    0.02, // of the sky in the cap, which the ring does not measure
  );
});

test("the share is the part of what a facing surface gets", () => {
  const { image } = sunny(30, 30, [9000, 9000, 9000]);
  const coeffs = project(image);
  const light = dominantLight(coeffs, averageToPanorama(image));
  const luminance = (rgb: readonly number[]): number => rgb.reduce((sum, value, c) => sum + LUMINANCE[c] * value, 0);
  const facing = luminance(irradianceAt(coeffs, light.direction));
  expect(light.share).toBeCloseTo((luminance(light.color) * light.intensity) / facing, 12);
  expect(light.share).toBeGreaterThan(0);
  expect(light.share).toBeLessThan(1);
});

test.each([1e-3, 1, 1e4])("even light %d has no light", (value) => {
  const panorama = new Float32Array(6144).fill(value);
  const light = dominantLight(project({ radiance: panorama, width: 64, height: 32 }), panorama);
  expect(light.intensity).toBeLessThan(1e-6 * value);
  expect(Math.hypot(...light.direction)).toBeCloseTo(1, 12);
});

test("fills the light that is given, whatever was in it", () => {
  const { image } = sunny(50, 50, [9000, 5000, 100]);
  const [coeffs, panorama] = [project(image), averageToPanorama(image)];
  const old = (): DominantLight => ({ direction: [0.6, 0, 0.8], color: [1, 0.5, 0.2], intensity: 7, share: 0.9 });
  for (const find of [
    (out?: DominantLight) => dominantLight(coeffs, panorama, out),
    (out?: DominantLight) => dominantLight(new Float64Array(27), new Float32Array(6144), out),
    (out?: DominantLight) => directionalFit(coeffs, out),
    (out?: DominantLight) => directionalFit(new Float64Array(27), out),
  ]) {
    const out = old();
    const { direction, color } = out;
    expect(find(out)).toBe(out);
    expect([out.direction, out.color]).toEqual([direction, color]);
    expect(out.direction).toBe(direction);
    expect(out.color).toBe(color);
    expect(out).toEqual(find());
  }
});

test("each call returns its own object", () => {
  const black = directionalFit(new Float64Array(27));
  const other = directionalFit(gentle(chance(1)));
  expect(black.direction).toEqual([0, 1, 0] satisfies Triple);
  expect(other.direction).not.toEqual(black.direction);
});

test("refuses", () => {
  const panorama = new Float32Array(6144);
  expect(() => dominantLight(new Float32Array(9), panorama)).toThrow(/expected 27 coefficients .* got 9/);
  expect(() => dominantLight(new Float32Array(27), panorama.subarray(3))).toThrow(
    /expected a panorama of 64×32×3 numbers, got 6141; averageToPanorama/,
  );
  expect(() => directionalFit(new Float32Array(27).fill(Number.NaN))).toThrow(/expected finite coefficients/);
});
