/** The compass: does three.js render light from the side where it was? Numbers by tools/web/make_compass.py. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { DominantLight, Triple } from "lightprobe";

interface Given {
  axes: string[];
  directions: Triple[];
  colors: Triple[];
  ambient: number;
  panorama: number[];
  coeffs: number[];
  without_sun: number[];
  lambert: Triple[];
  light: DominantLight;
}

const GIVEN: Given = JSON.parse(readFileSync(fileURLToPath(new URL("../data/compass.json", import.meta.url)), "utf8"));
/** One step of a display. */
const STEP = 1 / 255;

/** Asserts that two lists of numbers are equal but for a tolerance. */
function expectClose(got: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(got, what).toHaveLength(expected.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${what}, number ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(
      tolerance,
    );
  });
}

test.beforeEach(async ({ page }) => {
  await page.goto("pages/compass.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

test("a probe lights six sides as Python says, within a step of the display", async ({ page }) => {
  const rendered = await page.evaluate((given) => window.compass.lambert(given), GIVEN);
  expectClose(rendered.flat(), GIVEN.lambert.flat(), STEP, "white surfaces");
});

test("a probe without the sun has Python's numbers", async ({ page }) => {
  const numbers = await page.evaluate((given) => window.compass.withoutSun(given), GIVEN);
  expectClose(numbers, GIVEN.without_sun, 1e-6, "coefficients"); // float32
});

test("a directional light gives its irradiance, and stands where the light comes from", async ({ page }) => {
  const { light } = GIVEN;
  const { rendered, position } = await page.evaluate((given) => window.compass.directional(given), GIVEN);
  expectClose(
    rendered[0],
    light.color.map((c) => (c * light.intensity) / Math.PI),
    1e-4,
    "towards the light",
  ); // a ball of triangles
  expectClose(rendered[1], [0, 0, 0], 0, "away from it");
  expectClose(
    position,
    light.direction.map((v, i) => 7 * v + i + 1),
    1e-6,
    "place",
  );
});

test("a mirror shows each patch where it is", async ({ page }) => {
  const rendered = await page.evaluate((given) => window.compass.mirror(given, false), GIVEN);
  expectClose(rendered.flat(), GIVEN.colors.flat(), 0.02, "reflections"); // three's fit of the mirror's own reflectance
});

test("a mirror without the sun has no patch where the sun was", async ({ page }) => {
  const up = GIVEN.axes.indexOf("+y");
  const whole = await page.evaluate((given) => window.compass.mirror(given, false), GIVEN);
  const rendered = await page.evaluate((given) => window.compass.mirror(given, true), GIVEN);
  // Of the patch's 30° the cap takes 20°; around it, from 20° to 40°, is half patch, half ambient.
  expect(rendered[up][0]).toBeLessThan(0.75);
  expect(rendered[up][0]).toBeGreaterThan(GIVEN.ambient);
  const others = (colors: Triple[]): number[] => colors.filter((_, i) => i !== up).flat();
  expectClose(others(rendered), others(whole), 1e-3, "the other sides"); // half floats
});

test("a scene's panorama has its boxes where the convention says, in linear radiance", async ({ page }) => {
  const { size, seen, between, coeffs, lambert } = await page.evaluate(
    (given) => window.compass.radiance(given),
    GIVEN,
  );
  expect(size).toEqual([64, 32, 4]);
  expectClose(
    seen.flat(),
    GIVEN.colors.flat().map((v) => 3 * v),
    0.01,
    "boxes",
  ); // half floats: 3 ± 0.001
  expectClose(between, [0, 0, 0], 0, "background");
  // A box's face, 3 away and 2a wide, fills 4 atan(a²/(3 √(9 + 2a²))) of the sphere.
  const filled = 4 * Math.atan(1.125 ** 2 / (3 * Math.sqrt(9 + 2 * 1.125 ** 2)));
  const red = 3 * filled * GIVEN.colors.reduce((sum, [r]) => sum + r, 0);
  expect(coeffs[0] / (red / Math.sqrt(4 * Math.PI))).toBeCloseTo(1, 2); // edges are drawn with texels
  GIVEN.axes.forEach((axis, i) => {
    const color = GIVEN.colors[i];
    const opposite = lambert[GIVEN.axes.indexOf(axis.replace(/[+-]/, (sign) => (sign === "+" ? "-" : "+")))];
    const other = GIVEN.colors[GIVEN.axes.indexOf(axis.replace(/[+-]/, (sign) => (sign === "+" ? "-" : "+")))];
    color.forEach((value, c) => {
      if (value > other[c]) expect(lambert[i][c], `${axis}, channel ${c}`).toBeGreaterThan(opposite[c] + 0.1);
    });
  });
});

for (const size of [16, 100, 128]) {
  test(`a scene of ${size} rows is reduced on the GPU, and keeps its cells and coefficients`, async ({ page }) => {
    const { found, expected } = await page.evaluate((rows) => window.compass.reduced(rows), size);
    expect([found.width, found.height]).toEqual([64, 32]);
    for (const kind of ["radiance", "coeffs"] as const) {
      expect(found[kind]).toHaveLength(expected[kind].length);
      const largest = Math.max(...expected[kind].map(Math.abs));
      const differences = expected[kind].map((value, i) => Math.abs(found[kind][i] - value) / largest);
      expect(Math.max(...differences), kind).toBeLessThan(1e-4); // sines of a GPU
    }
  });
}

test("a scene's picture is what a camera would see: sRGB, 8 bits, no tone mapping", async ({ page }) => {
  const { size, seen } = await page.evaluate((given) => window.compass.picture(given), GIVEN);
  expect(size).toEqual([256, 128]);
  const display = GIVEN.colors.flat().map((v) => (v ? 188 : 0)); // encode(0.5) = 187.5
  expectClose(seen.flat(), display, 1, "boxes");
});

test("two reads under way do not overwrite each other", async ({ page }) => {
  const [near, far] = await page.evaluate((given) => window.compass.twoPlaces(given), GIVEN);
  expectClose(near, GIVEN.colors[0], 1e-3, "from the origin");
  expectClose(far, [0, 0, 0], 0, "from far away");
});

test("a read that fails leaves the renderer as it was", async ({ page }) => {
  const left = await page.evaluate((given) => window.compass.afterFailure(given), GIVEN);
  expect(left).toEqual({
    error: "RangeError: expected no such scene",
    sawHidden: false,
    visible: true,
    target: true,
    autoClear: false,
    shadows: true,
    disposed: "disposed",
  });
});

test("a lost context is an error at once, and works again when it is restored", async ({ page }) => {
  const { during, after, again } = await page.evaluate((given) => window.compass.lostContext(given), GIVEN);
  expect([during, after]).toEqual(["context-lost", "context-lost"]);
  expectClose(again, GIVEN.colors[0], 1e-3, "after the restoration");
});
