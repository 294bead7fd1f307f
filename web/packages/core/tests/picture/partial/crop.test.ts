import { expect, test } from "vitest";
import { cropSums, WHOLE } from "../../../src/picture/partial/crop.js";
import { LAYERS, LayerAverager, type LayeredPicture } from "../../../src/picture/partial/layers.js";
import { PartialPictures } from "../../../src/picture/partial/partial.js";
import { cameraAxes, leveled } from "../../../src/picture/partial/pose.js";
import { averageToPanorama } from "../../../src/sphere/panorama.js";

/** Radiance by a formula. */
function radianceOf(width: number, height: number, light: (row: number, column: number) => number) {
  const radiance = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return light(Math.floor(pixel / width), pixel % width) * (1 + (i % 3));
  });
  return { radiance, width, height, channels: 3 as const };
}

const light = (row: number, column: number): number => 0.1 + ((row * 7 + column * 3) % 11);

test("a whole panorama as a crop is its means by solid angle", () => {
  const picture = radianceOf(128, 64, light);
  const { sums, share } = cropSums(picture, WHOLE, 32, new LayerAverager());
  const means = averageToPanorama(picture);
  for (let cell = 0; cell < 2048; cell++) {
    expect(share[cell]).toBeCloseTo(1, 5);
    for (let c = 0; c < 3; c++) expect(sums[LAYERS * cell + c]).toBeCloseTo(means[3 * cell + c], 4);
  }
});

test("a crop covers what lies between its edges, whatever its pixels", () => {
  for (const [width, height] of [
    [30, 20],
    [61, 7],
  ]) {
    const crop = { left: 0.25, right: 0.5, top: 0.3, bottom: 0.7 };
    const { sums, share } = cropSums(
      radianceOf(width, height, () => 2),
      crop,
      32,
      new LayerAverager(),
    );
    const covered = Math.sin(0.2 * Math.PI); // of the sphere, between ±36° all around
    let seen = 0;
    for (let cell = 0; cell < 2048; cell++) {
      const row = Math.floor(cell / 64);
      const part = (Math.cos((Math.PI * row) / 32) - Math.cos((Math.PI * (row + 1)) / 32)) / 128;
      seen += part * share[cell];
      expect(sums[LAYERS * cell]).toBeCloseTo(2 * share[cell], 5);
      if (cell % 64 < 16 || cell % 64 >= 32 || row < 9 || row > 22) expect(share[cell]).toBe(0);
    }
    expect(seen).toBeCloseTo(covered / 4, 6);
  }
});

test("transparent pixels are unseen, and filled from the seen ones", () => {
  const size = { width: 64, height: 32 };
  const isOpaque = (row: number): boolean => row >= 8;
  const picture: LayeredPicture = {
    ...size,
    readLayers: (row, out) =>
      out.fill(0).forEach((_, i) => {
        if (isOpaque(row) && i % LAYERS < 3) out[i] = 3;
      }),
  };
  const opacity: LayeredPicture = {
    ...size,
    readLayers: (row, out) =>
      out.fill(0).forEach((_, i) => {
        if (i % LAYERS === 0 && isOpaque(row)) out[i] = 1;
      }),
  };
  const { radiance, seen } = new PartialPictures().place(picture, WHOLE, opacity);
  expect(seen).toBeCloseTo((1 + Math.cos(Math.PI / 4)) / 2, 5);
  for (const value of radiance) expect(value).toBeCloseTo(3, 4);
  const view = new PartialPictures().place(picture, 90, opacity);
  const whole = new PartialPictures().place(picture, 90);
  expect(view.seen).toBeLessThan(0.8 * whole.seen);
  for (const value of view.radiance) expect(value).toBeCloseTo(3, 4);
});

test("the camera's axes: pitch lifts the view, a positive roll lowers its right side", () => {
  const [x, y, z] = cameraAxes(30, 0);
  expect([x, y, z].map((value) => Math.round(1e6 * value) / 1e6)).toEqual([0.866025, 0.5, 0]);
  const rolled = cameraAxes(0, 20);
  expect(rolled[7]).toBeCloseTo(-Math.sin((20 * Math.PI) / 180), 6);
});

test("a panorama is turned by its pose: the light at its center comes to the pitch", () => {
  const [width, height] = [256, 128];
  const picture = radianceOf(width, height, (row, column) => (Math.hypot(row - 63.5, column - 127.5) < 4 ? 1 : 0));
  const turned = leveled(picture, null, null, 40, 25);
  expect(turned.opacity).toBeNull();
  const { sums } = cropSums(turned.layers, WHOLE, 32, new LayerAverager());
  let best = 0;
  for (let cell = 0; cell < 2048; cell++) if (sums[LAYERS * cell] > sums[LAYERS * best]) best = cell;
  expect(Math.abs(90 - ((Math.floor(best / 64) + 0.5) * 180) / 32 - 40)).toBeLessThan(4);
  expect(Math.abs((((best % 64) + 0.5) * 360) / 64 - 180)).toBeLessThan(6);
  const part = leveled(picture, null, { left: 0.25, right: 0.75, top: 0.25, bottom: 0.75 }, 40, 0);
  expect(part.opacity).not.toBeNull();
});
