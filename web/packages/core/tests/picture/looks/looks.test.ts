import { expect, test } from "vitest";
import { barNotes, checkCircles } from "../../../src/picture/looks/borders.js";
import { findEyes } from "../../../src/picture/looks/stereo.js";
import type { Sample } from "../../../src/picture/looks/thumbnail.js";

/** A scene with blobs of chance: smooth, and nowhere alike. */
function scene(seed: number): (x: number, y: number) => number {
  let state = seed;
  const chance = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const blobs = Array.from({ length: 60 }, () => [chance(), chance(), 0.02 + 0.08 * chance(), 200 * (chance() - 0.4)]);
  const values = Float64Array.from({ length: GRID * GRID }, (_, i) => {
    const [x, y] = [((i % GRID) + 0.5) / GRID, (Math.floor(i / GRID) + 0.5) / GRID];
    return blobs.reduce((sum, [u, v, size, height]) => {
      const across = Math.min(Math.abs(x - u), 1 - Math.abs(x - u));
      return sum + height * Math.exp(-(across ** 2 + (y - v) ** 2) / size ** 2);
    }, 90);
  });
  return (x, y) => values[Math.floor((y % 1) * GRID) * GRID + Math.floor((x % 1) * GRID)];
}

const GRID = 192;

function sampleOf(width: number, height: number, light: (x: number, y: number) => number): Sample {
  const data = new Uint8ClampedArray(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const value = light(((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / height);
    data.fill(value, 3 * pixel, 3 * pixel + 3);
  }
  return { data, channels: 3, width, height };
}

for (const seed of [1, 2, 3]) {
  test(`two eyes are found, one is not: scene ${seed}`, () => {
    const [light, other] = [scene(seed), scene(seed + 50)];
    const over = (x: number, y: number): number => light((x + (y > 0.5 ? 0.01 : 0)) % 1, (2 * y) % 1);
    const beside = (x: number, y: number): number => light(0.2 + 0.5 * ((2 * x) % 1) + (x > 0.5 ? 0.01 : 0), y);
    expect(findEyes(sampleOf(512, 256, over), true)).toBe("top-bottom");
    expect(findEyes(sampleOf(400, 400, over), false)).toBe("top-bottom");
    expect(findEyes(sampleOf(512, 256, beside), true)).toBe("left-right");
    expect(findEyes(sampleOf(512, 256, light), true)).toBeNull();
    expect(
      findEyes(
        sampleOf(512, 256, (x, y) => (y < 0.5 ? light : other)(x, (2 * y) % 1)),
        true,
      ),
    ).toBeNull();
    expect(findEyes(sampleOf(400, 300, over), false)).toBeNull();
  });
}

test("an even picture and a pattern are no eyes", () => {
  expect(
    findEyes(
      sampleOf(512, 256, () => 128),
      true,
    ),
  ).toBeNull();
  const stripes = (x: number, y: number): number => 128 + 100 * Math.sin(16 * Math.PI * x) * Math.sin(16 * Math.PI * y);
  expect(findEyes(sampleOf(512, 256, stripes), true)).toBeNull();
});

test("fisheye circles are refused", () => {
  const light = scene(7);
  const circle = (x: number, y: number): number => (Math.hypot(2 * x - 1, 2 * y - 1) < 0.97 ? 40 + light(x, y) / 2 : 3);
  expect(() => checkCircles(sampleOf(512, 256, (x, y) => circle((2 * x) % 1, y)))).toThrow(
    /two fisheye circles on black/,
  );
  expect(() => checkCircles(sampleOf(300, 600, (x, y) => circle(x, (2 * y) % 1)))).toThrow(/two fisheye circles/);
  expect(() => checkCircles(sampleOf(300, 300, circle))).toThrow(/one circle on black/);
  for (const sample of [sampleOf(512, 256, light), sampleOf(300, 300, light), sampleOf(512, 256, () => 0)])
    checkCircles(sample);
});

test("straight black bars are said, small and ragged ones are not", () => {
  const light = scene(9);
  const padded =
    (from: number, to: number, ragged = 0) =>
    (x: number, y: number) =>
      y < from + ragged * Math.sin(9 * x) || y > to ? 2 : 40 + light(x, y);
  expect(barNotes(sampleOf(512, 256, padded(0.25, 0.75)))).toEqual([
    expect.stringMatching(/^The upper 25% and lower 25% are black bars, .* give vfov$/),
  ]);
  expect(barNotes(sampleOf(512, 256, (x, y) => padded(0.2, 2)(y, x)))).toEqual([
    expect.stringMatching(/^The left 20% are .*hfov$/),
  ]);
  for (const quiet of [padded(0.04, 0.97), padded(0.2, 2, 0.1), () => 0, light])
    expect(barNotes(sampleOf(512, 256, quiet))).toEqual([]);
});
