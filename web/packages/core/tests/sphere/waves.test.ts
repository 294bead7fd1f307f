import { expect, test } from "vitest";
import { project, projectWaves, WAVES } from "../../src/sphere/projection.js";

const WAVE: ((azimuth: number) => number)[] = [
  () => 1,
  (azimuth) => Math.cos(azimuth),
  (azimuth) => Math.cos(2 * azimuth),
  (azimuth) => Math.sin(azimuth),
  (azimuth) => Math.sin(2 * azimuth),
];

test.each([1, 7, 64])("the sums of %d rows with five waves give the coefficients of the pixels", (height) => {
  const width = 2 * height;
  const radiance = Float32Array.from({ length: 3 * width * height }, (_, i) => ((i * 37) % 101) / 10);
  const sums = new Float32Array(4 * WAVES * height).fill(9); // the fourth numbers are ignored
  for (let row = 0; row < height; row++) {
    WAVE.forEach((wave, k) => {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          sum += wave(Math.PI * ((2 * column + 1) / width - 1)) * radiance[3 * (row * width + column) + c];
        }
        sums[4 * (row * WAVES + k) + c] = sum;
      }
    });
  }
  const expected = project({ radiance, width, height });
  const found = projectWaves(sums, height);
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => void expect(Math.abs(found[i] - value)).toBeLessThan(1e-6 * largest));
});

test("sums that are not finite are refused", () => {
  expect(() => projectWaves(new Float32Array(4 * WAVES).fill(Number.NaN), 1)).toThrow(RangeError);
});
