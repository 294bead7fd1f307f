/**
 * Laws that hold for any light: turning the world turns the coefficients, means keep energy, windows leave nothing
 * negative.
 */

import { describe, expect, test } from "vitest";
import { basis, POLYNOMIAL_CONSTANTS } from "../../src/sphere/basis.js";
import { FRAMES } from "../../src/sphere/conventions/frames.js";
import { irradianceAt, radianceAt } from "../../src/sphere/irradiance.js";
import { averageToPanorama, rowEdges } from "../../src/sphere/panorama.js";
import { project } from "../../src/sphere/projection.js";
import { quadraticMinimum, sloanBound } from "../../src/sphere/ringing.js";
import { rotate } from "../../src/sphere/rotation.js";
import { applyWindow, automaticCutoff, window } from "../../src/sphere/window.js";
import { chance, close, cross, direction, gentle, orthogonal, times, unit } from "./helpers.js";

/** A panorama by chance. */
function noise(height: number, random: () => number): { radiance: Float64Array; width: number; height: number } {
  return { radiance: Float64Array.from({ length: 6 * height * height }, random), width: 2 * height, height };
}

/** The coefficients of a few suns over some gray, which mostly ring. */
function suns(random: () => number): Float64Array {
  const coeffs = new Float64Array(27);
  for (let sun = 0; sun < 3; sun++) {
    const lobe = basis(direction(random));
    const color = [random(), random(), random()];
    for (let i = 0; i < 27; i++) coeffs[i] += lobe[Math.floor(i / 3)] * color[i % 3];
  }
  for (let c = 0; c < 3; c++) coeffs[c] += 0.2 * random();
  return coeffs;
}

describe("rotation", () => {
  test.each([false, true])("radiance moves along with directions (reflection: %s)", (reflects) => {
    const random = chance(1);
    for (const bands of [1, 2, 3, 5, 8]) {
      const coeffs = Float64Array.from({ length: 3 * bands * bands }, () => random() - 0.5);
      const matrix = orthogonal(random, reflects);
      const d = direction(random);
      close(radianceAt(rotate(coeffs, matrix), times(matrix, d)), radianceAt(coeffs, d), 1e-12);
    }
  });

  test("rotates in place", () => {
    const coeffs = gentle(chance(2));
    const expected = rotate(coeffs, FRAMES.unreal);
    expect(rotate(coeffs, FRAMES.unreal, coeffs)).toBe(coeffs);
    close(coeffs, expected, 0);
  });

  test("content moved right by columns is a turn from +X towards +Z", () => {
    const random = chance(3);
    const image = noise(8, random);
    const moved = image.radiance.map((_, i) => {
      const [line, at] = [Math.floor(i / 48) * 48, i % 48];
      return image.radiance[line + ((at + 48 - 3 * 3) % 48)];
    });
    const angle = (2 * Math.PI * 3) / 16;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    close(project({ ...image, radiance: moved }), rotate(project(image), [c, 0, -s, 0, 1, 0, s, 0, c]));
  });

  test("refuses matrices that are not orthogonal", () => {
    const coeffs = new Float64Array(27);
    expect(() => rotate(coeffs, [1, 0, 0, 0, 1, 0])).toThrow(/expected a 3×3 rotation or reflection .* got \[1,0,0/);
    expect(() => rotate(coeffs, [2, 0, 0, 0, 1, 0, 0, 0, 1])).toThrow(RangeError);
    expect(() => rotate(coeffs, [1, 0.1, 0, 0, 1, 0, 0, 0, 1])).toThrow(RangeError);
    expect(() => rotate(coeffs, new Array(9).fill(Number.NaN))).toThrow(RangeError);
    expect(() => rotate(new Float64Array(26), FRAMES.three)).toThrow(/expected 3, 12, 27, 48 … coefficients.*got 26/);
  });
});

describe("projection", () => {
  test("white furnace: a white surface in constant light shows that light", () => {
    const coeffs = project({ radiance: new Float64Array(6 * 25).fill(0.7), width: 10, height: 5 });
    close(coeffs.subarray(0, 3), new Array(3).fill(0.7 * Math.sqrt(4 * Math.PI)));
    close(irradianceAt(coeffs, direction(chance(1))), new Array(3).fill(0.7 * Math.PI));
  });

  test("a picture made twice as fine stays the same light", () => {
    const small = noise(9, chance(4));
    const fine = { radiance: new Float64Array(4 * small.radiance.length), width: 36, height: 18 };
    for (let i = 0; i < fine.radiance.length; i++) {
      const [row, column] = [Math.floor(i / 108) >> 1, Math.floor((i % 108) / 3) >> 1];
      fine.radiance[i] = small.radiance[54 * row + 3 * column + (i % 3)];
    }
    for (const bands of [1, 3, 7]) close(project(fine, bands), project(small, bands));
  });

  test.each([
    [{ width: 640, height: 480 }, /expected a 2:1 panorama .* got 640×480; crop/],
    [{ width: 4, height: 2 }, /expected 4×2×3 .* got 12 for 3/],
    [{ width: 0, height: 0 }, /expected a 2:1 panorama/],
  ])("refuses %o", (size, message) => {
    expect(() => project({ radiance: new Float32Array(12), ...size })).toThrow(message);
    expect(() => averageToPanorama({ radiance: new Float32Array(12), ...size })).toThrow(message);
  });

  test("refuses NaN, and more than 32 bands", () => {
    const image = { radiance: new Float32Array(6), width: 2, height: 1 };
    expect(() => project(image, 33)).toThrow(/expected 1 to 32 bands, got 33/);
    expect(() => project(image, 2.5)).toThrow(RangeError);
    image.radiance[4] = Number.NaN;
    expect(() => project(image)).toThrow(/expected finite radiance, got NaN/);
  });
});

describe("averageToPanorama", () => {
  test.each([1, 7, 32, 45, 128])("keeps the energy of %i rows", (height) => {
    const image = noise(height, chance(height));
    const small = averageToPanorama({ ...image, radiance: Float32Array.from(image.radiance) });
    expect(small).toHaveLength(6144);
    const energy = (radiance: ArrayLike<number>, rows: number): number[] => {
      const edges = rowEdges(rows);
      const sums = [0, 0, 0];
      for (let i = 0; i < radiance.length; i++) {
        const row = Math.floor(i / (6 * rows));
        sums[i % 3] += (radiance[i] * (edges[row] - edges[row + 1])) / (4 * rows);
      }
      return sums;
    };
    close(energy(small, 32), energy(image.radiance, height), 2e-6); // single precision
  });

  test("the same size passes unchanged, in the array that is given", () => {
    const radiance = Float32Array.from(noise(32, chance(5)).radiance);
    const out = new Float32Array(6144);
    expect(averageToPanorama({ radiance, width: 64, height: 32 }, out)).toBe(out);
    close(out, radiance, 1e-7); // sums of shares that are 0 or 1 but for rounding
  });

  test("a pixel goes where it was", () => {
    const radiance = new Float32Array(4 * 128 * 64);
    radiance.set([4, 8, 12, Number.NaN], 4 * (128 * 21 + 77)); // row 21 of 64 is in 10, column 77 of 128 in 38
    const small = averageToPanorama({ radiance, width: 128, height: 64, channels: 4 });
    const lit = Array.from(small.keys()).filter((i) => Math.abs(small[i]) > 1e-6);
    expect(lit).toEqual([0, 1, 2].map((c) => 3 * (64 * 10 + 38) + c));
    const edges = rowEdges(64);
    const share = (edges[21] - edges[22]) / (edges[20] - edges[22]) / 2;
    close(small.subarray(lit[0], lit[0] + 3), [4 * share, 8 * share, 12 * share], 2e-6);
  });
});

describe("window", () => {
  const shadows = (coeffs: Float64Array): number[] =>
    [0, 1, 2].map((c) => {
      const lobe = [Math.PI, (2 * Math.PI) / 3, Math.PI / 4];
      return quadraticMinimum(
        coeffs.filter((_, i) => i % 3 === c).map((value, i) => lobe[Math.floor(Math.sqrt(i))] * value),
      );
    });

  test("auto and sloan leave no negative irradiance, sloan no more than a trace above it", () => {
    const random = chance(6);
    for (let light = 0; light < 20; light++) {
      const coeffs = suns(random);
      if (Math.min(...shadows(coeffs)) >= 0) continue;
      expect(Math.min(...shadows(applyWindow(coeffs, "auto")))).toBeGreaterThan(-1e-3); // the bound is on a grid
      const least = Math.min(...shadows(applyWindow(coeffs, "sloan")));
      expect(least).toBeGreaterThanOrEqual(0);
      expect(least).toBeLessThan(1e-6);
    }
  });

  test("the exact minimum is that of many directions", () => {
    const random = chance(7);
    for (let light = 0; light < 5; light++) {
      const channel = Array.from({ length: 9 }, () => random() - 0.5);
      const rgb = channel.flatMap((value) => [value, value, value]);
      const values = Array.from({ length: 20_000 }, () => radianceAt(rgb, direction(random))[0]);
      const least = quadraticMinimum(channel);
      expect(least).toBeLessThanOrEqual(Math.min(...values) + 1e-12);
      expect(least).toBeGreaterThan(Math.min(...values) - 5e-3); // 20 000 directions are a degree apart
    }
  });

  test("cmgen's bound, at its own angles and at a hundred times as many", () => {
    const random = chance(10);
    const [k0, k1, k2, k20, k22] = [0, 1, 4, 6, 8].map((i) => POLYNOMIAL_CONSTANTS[i]);
    for (let light = 0; light < 10; light++) {
      const channel = Array.from({ length: 9 }, () => random() - 0.5);
      const z = unit([channel[3], channel[1], channel[2]]);
      const x = unit(cross(direction(random), z));
      const turned = rotate(
        channel.flatMap((value) => [value, 0, 0]),
        [...x, ...cross(z, x), ...z],
      ).filter((_, i) => i % 3 === 0);
      const values = Array.from({ length: 72_001 }, (_, i) => {
        const [c, s] = [Math.cos((Math.PI * i) / 72_000), Math.sin((Math.PI * i) / 72_000)];
        const steep = k22 * Math.hypot(turned[8], turned[4]) * s * s;
        const slanted = k2 * Math.hypot(turned[5], turned[7]) * Math.abs(c) * s;
        return k0 * turned[0] + k1 * turned[2] * c + k20 * turned[6] * (3 * c * c - 1) - steep - slanted;
      });
      const found = sloanBound(channel)(1, 1);
      expect(Math.abs(found - values.reduce((least, value) => Math.min(least, value)))).toBeLessThan(1e-8);
      expect(found).toBeLessThanOrEqual(quadraticMinimum(channel) + 1e-8);
    }
  });

  test("auto shrinks a little for each channel, ringing or not", () => {
    let expected = 13;
    for (let channel = 0; channel < 3; channel++) expected -= (expected - 3) / 2 ** 7;
    expect(automaticCutoff(Array.from({ length: 27 }, (_, i) => (i < 3 ? 1 : 0)))).toBeCloseTo(expected, 12);
  });

  test("none is ones, and light that does not ring is left alone by sloan", () => {
    const coeffs = gentle(chance(8));
    close(window(coeffs, "none"), new Array(9).fill(1), 0);
    close(applyWindow(coeffs, "sloan"), coeffs, 0);
    expect(applyWindow(coeffs, 5, coeffs)).toBe(coeffs);
  });

  test("refuses", () => {
    const coeffs = gentle(chance(9));
    expect(() => window(coeffs, 0)).toThrow(/expected a cut-off above 0 bands, got 0; 'auto' finds one/);
    expect(() => window(coeffs, Number.NaN)).toThrow(RangeError);
    expect(() => window(coeffs, "hann" as "auto")).toThrow(/expected a window 'auto', .* got 'hann'/);
    expect(() => window(coeffs.subarray(1))).toThrow(/expected 27 coefficients .* got 26/);
    expect(() => window(coeffs.with(3, Number.NaN))).toThrow(/expected finite coefficients, got NaN/);
    const dark = new Float64Array(27).fill(0.1, 3);
    expect(() => window(dark, "sloan")).toThrow(/needs light with a positive mean/);
  });
});

test("basis and irradiance fill the arrays that they are given", () => {
  const values = new Float32Array(9);
  expect(basis([0, 1, 0], 3, values)).toBe(values);
  const out: [number, number, number] = [0, 0, 0];
  expect(irradianceAt(gentle(chance(1)), [0, 1, 0], out)).toBe(out);
  expect(out[0]).toBeGreaterThan(1);
  expect(() => basis([0, 1, 0], 0)).toThrow(RangeError);
});
