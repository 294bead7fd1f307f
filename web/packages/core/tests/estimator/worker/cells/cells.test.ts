import { expect, test } from "vitest";
import { emptyEstimate } from "../../../../src/estimator/protocol/results.js";
import { NativeCells } from "../../../../src/estimator/worker/cells/cells.js";
import { clippedShare } from "../../../../src/picture/cells/pixels.js";
import { type CurveName, decode } from "../../../../src/picture/curves/decoder.js";
import type { Part } from "../../../../src/picture/partial/crop.js";
import { PartialPictures } from "../../../../src/picture/partial/partial.js";
import { averageToPanorama } from "../../../../src/sphere/panorama.js";
import { decoders, distance, everyNth, readFixture } from "../../../picture/fixtures.js";
import { pattern } from "../../../picture/pattern.js";
import { openKernels, put, rgbOf } from "./native.js";

const module = await openKernels();
const inputs = { radiance: module.floats(8192), white: module.floats(8192), seen: module.floats(2048) };
const cells = { filled: new NativeCells(module, inputs, true), open: new NativeCells(module, inputs, false) };

/** Cells of a picture: radiance and white shares, RGB interleaved. */
async function formed(rgb: Uint8Array, width: number, curve: CurveName, part: Part | null, isFilled = true) {
  const estimate = emptyEstimate();
  cells[isFilled ? "filled" : "open"].form(put(module, rgb, width), await decoders.get(curve), part, estimate);
  const { radiance, white } = inputs;
  for (let i = 3; i < 8192; i += 4) expect(radiance.view[i] + white.view[i]).toBe(0);
  const share = inputs.seen.view.slice();
  const { clipped, seen } = estimate;
  return { radiance: rgbOf(radiance.view), white: rgbOf(white.view), share, clipped, seen };
}

/** As planes: all red numbers first. */
const planar = (interleaved: ArrayLike<number>): number[] =>
  [0, 1, 2].flatMap((c) => Array.from(interleaved).filter((_, i) => i % 3 === c));

for (const [name, expected] of Object.entries(readFixture<Record<CurveName, number[]>>("cells"))) {
  test(`cells of ${name} are Python's`, async () => {
    const { radiance, white } = await formed(pattern(96, 192), 192, name as CurveName, null);
    expect(distance(everyNth([...planar(radiance), ...planar(white)], 61), expected)).toBeLessThan(1e-5);
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
    const { radiance, white, clipped, seen } = await formed(rgb, width, "srgb", null);
    const means = (values: Float32Array): number[] => [...averageToPanorama({ radiance: values, width, height })];
    expect(distance(radiance, means(decode(rgb, srgb, new Float32Array(rgb.length))))).toBeLessThan(1e-6);
    expect(distance(white, means(Float32Array.from(rgb, (code) => (code === 255 ? 1 : 0))))).toBeLessThan(1e-6);
    expect(clipped).toBeCloseTo(clippedShare(rgb, width, height), 6);
    expect(seen).toBe(1);
  });
}

test("a panorama that is a row or a column off fills the whole sphere", async () => {
  for (const [width, height] of [
    [257, 128],
    [255, 128],
    [256, 129],
  ]) {
    const { radiance, seen } = await formed(new Uint8Array(3 * width * height).fill(188), width, "srgb", null);
    const { perChannel } = await decoders.get("srgb");
    for (const value of radiance) expect(value).toBeCloseTo(perChannel[188], 6);
    expect(seen).toBe(1);
  }
});

test("cells of one color are that color", async () => {
  const { perChannel } = await decoders.get("srgb");
  for (let code = 0; code < 256; code += 5) {
    const { radiance, white } = await formed(new Uint8Array(3 * 80 * 40).fill(code), 80, "srgb", null);
    expect(radiance[0]).toBeCloseTo(perChannel[code], 6);
    expect(white[6143]).toBeCloseTo(code === 255 ? 1 : 0, 6);
  }
});

test("nothing is left of the picture before, nor of its size", async () => {
  const bright = await formed(new Uint8Array(3 * 128 * 64).fill(255), 128, "agx", null);
  expect(bright.white[0]).toBeCloseTo(1, 6);
  expect(bright.clipped).toBeCloseTo(1, 6);
  const { radiance, white, clipped } = await formed(new Uint8Array(6144), 64, "srgb", null);
  expect(clipped).toBe(0);
  expect(Math.max(...radiance, ...white)).toBe(0);
});

const views: [width: number, height: number, fov: number][] = [
  [640, 480, 65],
  [160, 90, 120],
  [60, 80, 170],
  [400, 300, 5],
  [203, 301, 33.3],
  [333, 77, 66.6],
  [9, 7, 75],
  [320, 240, 1],
];
const crops: [width: number, height: number, left: number, right: number, top: number, bottom: number][] = [
  [200, 100, 0.25, 0.5, 0.3, 0.7],
  [360, 101, 0, 1, 0.22, 0.78],
  [61, 7, 0.013, 0.911, 0, 1],
];
const parts: [width: number, height: number, part: Part][] = [
  ...views,
  ...crops.map(([width, height, left, right, top, bottom]) => [width, height, { left, right, top, bottom }] as const),
] as [number, number, Part][];

for (const [width, height, part] of parts) {
  test(`a part of the sphere, ${width}×${height}, ${JSON.stringify(part)}: averaged, and filled or not, as without kernels`, async () => {
    const rgb = pattern(height, width);
    for (const [curve, isFilled] of [
      ["srgb", true],
      ["filmic", true],
      ["srgb", false],
    ] as const) {
      const decoder = await decoders.get(curve);
      const expected = new PartialPictures().place({ rgb, width, height, decoder }, part, null, isFilled);
      const found = await formed(rgb, width, curve, part, isFilled);
      const scaled = expected.radiance.map((value) => value / decoder.white);
      expect(distance(found.radiance, [...scaled])).toBeLessThan(1e-5);
      found.white.forEach((value, i) => void expect(value).toBeCloseTo(expected.white[i], 5));
      expect(found.clipped).toBeCloseTo(expected.clipped, 5);
      expect(found.seen).toBeCloseTo(expected.seen, 6);
      expect(distance(found.share, [...expected.share])).toBeLessThan(1e-5);
    }
  });
}

test("a picture that covers nothing is refused, and the next one is not", async () => {
  const sliver = new Uint8Array(3 * 4000).fill(9);
  await expect(formed(sliver, 4000, "srgb", 1)).rejects.toThrow(/covers no part of the sphere/);
  expect((await formed(new Uint8Array(3 * 40 * 30).fill(188), 40, "srgb", 65)).seen).toBeGreaterThan(0.05);
});

test("geometries in turn, more than are kept, are those of their pictures", async () => {
  const rgb = pattern(48, 64);
  const first = new Map<number, Float32Array>();
  for (const fov of [50, 60, 70, 80, 50, 80, 60, 90, 70, 50]) {
    const { radiance } = await formed(rgb, 64, "srgb", fov);
    const before = first.get(fov) ?? radiance;
    expect(radiance).toEqual(before);
    first.set(fov, before);
  }
  expect(first.get(50)).not.toEqual(first.get(60));
});

test("frames of one size, and sizes that come again, take no more memory", async () => {
  const small = { rgb: pattern(48, 64), width: 64 };
  const large = { rgb: pattern(480, 640), width: 640 };
  const pictures = [small, large].map(({ rgb, width }) => put(module, rgb, width));
  const decoder = await decoders.get("srgb");
  const estimate = emptyEstimate();
  const round = (): void => {
    for (const picture of pictures) cells.filled.form(picture, decoder, 65, estimate);
  };
  round();
  const bytes = module.buffer.byteLength;
  for (let k = 0; k < 4; k++) round();
  expect(module.buffer.byteLength).toBe(bytes);
});
