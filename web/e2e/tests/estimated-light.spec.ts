/** EstimatedLight: the one object that lights a scene of three.js. Numbers by tools/web/make_compass.py. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Triple } from "lightprobe";
import { angle, expect, test } from "../support/fixtures";

interface Given {
  axes: string[];
  directions: Triple[];
  colors: Triple[];
  panorama: number[];
  lambert: Triple[];
}

const GIVEN: Given = JSON.parse(readFileSync(fileURLToPath(new URL("../data/compass.json", import.meta.url)), "utf8"));
/** One step of a display. */
const STEP = 1 / 255;
const WHITE = Math.sqrt(4 * Math.PI);
/** Display value 128, by IEC 61966-2-1. */
const GRAY = ((128 / 255 + 0.055) / 1.055) ** 2.4;

/** For the axes of the scene, in the order of GIVEN.axes, the axis of the picture whose light comes from there. */
const COMES_FROM = {
  picture: ["+x", "-x", "+y", "-y", "+z", "-z"],
  camera: ["+z", "-z", "+y", "-y", "-x", "+x"], // the center, +x, lies ahead, at −Z; the right, +z, at +X
  screen: ["-z", "+z", "+y", "-y", "+x", "-x"],
} as const;

test.beforeEach(async ({ page }) => {
  await page.goto("pages/estimated-light.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(got, what).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${what}, ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(tolerance);
  });
}

for (const [frame, sides] of Object.entries(COMES_FROM)) {
  test(`frame ${frame}: each side of the scene has its side of the picture, matte and mirrored`, async ({ page }) => {
    const { matte, mirror, sun } = await page.evaluate(
      ([panorama, name]) => window.estimated.compass(panorama, name as "picture"),
      [GIVEN.panorama, frame] as const,
    );
    expect(sun).toBe(false);
    sides.forEach((side, i) => {
      const from = GIVEN.axes.indexOf(side);
      expectClose(matte[i], GIVEN.lambert[from], STEP, `matte, ${GIVEN.axes[i]}`);
      expectClose(mirror[i], GIVEN.colors[from], 0.02, `mirror, ${GIVEN.axes[i]}`);
    });
  });
}

test("a matrix turns the light, as a camera that looks up would", async ({ page }) => {
  // the camera looks along +Y: the picture's center lies there, its top at +Z, its right at +X
  const up = [0, 0, 1, 1, 0, 0, 0, 1, 0];
  const { matte } = await page.evaluate(([panorama, matrix]) => window.estimated.compass([...panorama], [...matrix]), [
    GIVEN.panorama,
    up,
  ] as const);
  const sides = ["+z", "-z", "+x", "-x", "+y", "-y"];
  sides.forEach((side, i) => {
    expectClose(matte[i], GIVEN.lambert[GIVEN.axes.indexOf(side)], STEP, `matte, ${GIVEN.axes[i]}`);
  });
});

test("a sun at the right of a camera's picture stands at the right of the scene", async ({ page }) => {
  const panorama = new Array(64 * 32 * 3).fill(0.1);
  for (let c = 0; c < 3; c++) panorama[3 * (15 * 64 + 47) + c] = panorama[3 * (16 * 64 + 48) + c] = 500; // azimuth 90°
  const { position, intensity, expected } = await page.evaluate(
    (cells) => window.estimated.sun(cells, "camera"),
    panorama,
  );
  expect(angle(position, [1, 0, 0])).toBeLessThan(1);
  expect(angle(expected.direction, [0, 0, 1])).toBeLessThan(1);
  expect(intensity).toBeCloseTo(expected.intensity, 5);
});

test("light does not count twice, also on objects that come later", async ({ page }) => {
  const { first, metal, lambert, twice, once, had, after } = await page.evaluate(() => window.estimated.furnace());
  expect(had).toBe(true);
  expectClose(lambert[0], [0.5, 0.5, 0.5], 1e-3, "Lambert");
  expectClose(first[0], [0.5, 0.5, 0.5], 0.01, "rough and white");
  expectClose(metal[0], [0.5, 0.5, 0.5], 0.01, "metal");
  expectClose(once[0], [0.5, 0.5, 0.5], 0.01, "by hand");
  expect(twice[0][0], "without the cure").toBeGreaterThan(0.9);
  expect(after, "the scene after dispose").toBeNull();
});

test("a material's own shader stays, and the light's change is undone", async ({ page }) => {
  const { colors, changed, restored, key } = await page.evaluate(() => window.estimated.materials());
  expectClose(colors[0], [0.25, 0.5, 0.75], 1e-6, "the one");
  expectClose(colors[1], [0.75, 0.5, 0.25], 1e-6, "the other");
  expect([changed, restored]).toEqual([true, true]);
  expect(key).toBe("the other reflections only"); // it was not in the scene when the light ended
});

test("neutral light before the first estimate, and a blend of both", async ({ page }) => {
  const { before, estimate, half, double, neutral } = await page.evaluate(() => window.estimated.blending());
  expectClose(before, [0.2, 0.4, 0.1], 1e-3, "before");
  expectClose(estimate, [0.5, 0.5, 0.5], 1e-3, "estimate");
  expectClose(half, [0.35, 0.45, 0.3], 1e-3, "half");
  expectClose(double, [0.7, 0.9, 0.6], 1e-3, "twice as bright");
  expectClose(neutral, [0.2, 0.4, 0.1], 1e-3, "neutral");
});

test("takes every kind of source, an <img> that is not decoded yet among them", async ({ page }) => {
  const { found, goesOn } = await page.evaluate(() => window.estimated.sources());
  for (const [name, [first, frame]] of Object.entries(found)) {
    expect(Math.abs(first / (GRAY * WHITE) - 1), `${name}: ${first}`).toBeLessThan(0.02);
    expect(frame, name).toBe(["stream", "perspective"].includes(name) ? "camera" : "picture");
  }
  expect(goesOn, "a stream is the app's").toBe("live");
});

test.describe("failures", () => {
  test.use({ provoked: /Failed to load resource/ });

  test("events come in pairs, and a source that fails leaves the light as it was", async ({ page }) => {
    const { events, refused, kept } = await page.evaluate(() => window.estimated.events());
    const [half, whole] = [0.5 * WHITE, WHITE].map((value) => value.toFixed(2));
    expect(events).toEqual(["start", half, "end", "start", whole, whole, "end", "source"]);
    expect(refused).toBe("source");
    expect(kept).toBe(whole);
  });
});

test("its own worker ends with it", async ({ page }) => {
  const before = page.workers().length;
  await page.evaluate(() => window.estimated.alone());
  expect(page.workers()).toHaveLength(before + 1);
  await page.evaluate(() => window.estimated.endAlone());
  await expect.poll(() => page.workers().length).toBe(before);
});

test("a scene's own environment stays", async ({ page }) => {
  expect(await page.evaluate(() => window.estimated.ownEnvironment())).toEqual({ kept: true, after: true });
});

test("reflections come back after the context was lost", async ({ page }) => {
  const { before, after } = await page.evaluate(() => window.estimated.lostContext());
  expectClose(before, [0.5, 0.5, 0.5], 0.01, "before");
  expectClose(after, [0.5, 0.5, 0.5], 0.01, "after");
});

/** Linear radiance of a display value, by IEC 61966-2-1. */
const decoded = (value: number): number => ((value / 255 + 0.055) / 1.055) ** 2.4;

/** The direction of a pixel of a panorama of 1024 × 512. */
function toward(x: number, y: number): Triple {
  const [up, azimuth] = [Math.PI * (0.5 - y / 512), Math.PI * ((2 * x) / 1024 - 1)];
  return [Math.cos(up) * Math.cos(azimuth), Math.sin(up), Math.cos(up) * Math.sin(azimuth)];
}

// three's mirror has a roughness of 0.0525, which blurs by a few pixels of these pictures

test("reflections are as sharp as the picture", async ({ page }) => {
  const eyes = [516, 524, 100, 108].map((x) => toward(x, 256));
  const colors = await page.evaluate((at) => window.estimated.stripes(at), eyes);
  const [light, dark] = [0xc0, 0x40].map(decoded); // their mean is all that a cell has
  [light, dark, light, dark].forEach((value, i) => {
    expectClose(colors[i], [value, value, value], 0.15 * (light - dark), `stripe ${i}`);
  });
});

test("light beyond display white goes to the pixels at white, and the rest keep theirs", async ({ page }) => {
  const dark = decoded(0x80);
  const boxes: [string, number, number, number, number][] = [
    ["#808080", 0, 0, 1024, 512],
    ["#ffffff", 520, 256, 24, 32], // the right half of cells (16…17, 32), and all of (16…17, 33)
  ];
  const cells = new Array(64 * 32 * 3).fill(dark);
  for (const row of [16, 17]) {
    cells.fill((1 + dark) / 2 + 5, 3 * (row * 64 + 32), 3 * (row * 64 + 33));
    cells.fill(1 + 10, 3 * (row * 64 + 33), 3 * (row * 64 + 34));
  }
  const eyes = [toward(532, 272), toward(513, 272), toward(500, 272)];
  const [white, beside, away] = await page.evaluate(
    ([picture, panorama, at]) => window.estimated.sharp(picture, panorama, {}, at),
    [{ width: 1024, height: 512, boxes }, cells, eyes] as const,
  );
  expectClose(white, [11, 11, 11], 0.4, "at white");
  expectClose(beside, [dark, dark, dark], 0.4, "in a cell whose mean is 5.6");
  expectClose(away, [dark, dark, dark], 0.05, "elsewhere");
});

test("a camera's picture lies ahead, and the estimate all around it", async ({ page }) => {
  const boxes: [string, number, number, number, number][] = [
    ["#c00000", 0, 0, 256, 256],
    ["#00c000", 256, 0, 256, 256],
  ];
  const cells = new Array(64 * 32 * 3).fill(0).map((_, i) => (i % 3 === 2 ? 0.5 : 0));
  const eyes: Triple[] = [
    [-0.3, 0, -0.95],
    [0.3, 0, -0.95],
    [0, 0, 1],
    [1, 0, 0],
  ];
  const [left, right, behind, beside] = await page.evaluate(
    ([picture, panorama, at]) => window.estimated.sharp(picture, panorama, { fov: 90, frame: "camera" }, at),
    [{ width: 512, height: 256, boxes }, cells, eyes] as const,
  );
  expectClose(behind, [0, 0, 0.5], 0.01, "behind");
  expectClose(beside, [0, 0, 0.5], 0.01, "beside");
  expect(left[0] / (left[0] + left[1]), `left, ${left}`).toBeGreaterThan(0.9);
  expect(right[1] / (right[0] + right[1]), `right, ${right}`).toBeGreaterThan(0.9);
});
