/** The brightest light as a lamp: faint where nothing stands out, and as large as it is. */

import { PANORAMA, type Triple } from "lightprobe";
import { expect, test } from "vitest";
import { angularRadius, lampPart } from "../src/scene/sun.js";

const { width, height } = PANORAMA;

/** A dark panorama with a bright disk of this radius [°] around a direction. */
function withDisk(direction: Triple, radius: number): Float32Array {
  const panorama = new Float32Array(width * height * 3).fill(0.1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const latitude = Math.PI * (0.5 - (row + 0.5) / height);
      const azimuth = 2 * Math.PI * ((column + 0.5) / width - 0.5);
      const here = [Math.cos(latitude) * Math.cos(azimuth), Math.sin(latitude), Math.cos(latitude) * Math.sin(azimuth)];
      const cosine = here.reduce((sum, value, i) => sum + value * direction[i], 0);
      if (cosine > Math.cos((radius * Math.PI) / 180))
        panorama.fill(50, 3 * (row * width + column), 3 * (row * width + column) + 3);
    }
  }
  return panorama;
}
const lightOf = (share: number, direction: Triple = [1, 0, 0]) => ({
  direction,
  color: [1, 1, 1] as Triple,
  intensity: 1,
  share,
});

test("a light that does not stand out is no lamp, so that its chance direction throws no shadow", () => {
  expect(lampPart({ light: lightOf(0.07) })).toBe(0);
  expect(lampPart({ light: lightOf(0.35) })).toBe(1);
  const between = [0.12, 0.16, 0.2, 0.26].map((share) => lampPart({ light: lightOf(share) }));
  expect(between).toEqual([...between].sort((a, b) => a - b));
  expect(lampPart({ light: { ...lightOf(0.9), intensity: 0 } })).toBe(0);
});

test("a wider light has a larger radius; a disk's is about its own divided by √2", () => {
  const direction: Triple = [0.8, 0.6, 0];
  const radius = (degrees: number): number =>
    (angularRadius({ panorama: withDisk(direction, degrees), light: lightOf(0.5, direction) }) * 180) / Math.PI;
  expect(radius(4)).toBeLessThan(2);
  expect(radius(20) + 180 / height / 2).toBeCloseTo(20 / Math.SQRT2, -0.3);
  expect(radius(20)).toBeGreaterThan(3 * radius(4));
});
