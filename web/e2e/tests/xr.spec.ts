/** EstimatedLight of surrounds and of WebXR, whose device is simulated: Chromium reads its textures itself. */

import type { Triple } from "lightprobe";
import { angle, distance, expect, test } from "../support/fixtures";

test.beforeEach(async ({ page }) => {
  await page.goto("pages/xr.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

/** The lamp of the scene as three.js has it: the camera's first look, +X of the panorama, is −Z. */
const LAMP: Triple = [0.59, 0.1, -0.8];
/** Where it would be if the light lay as a panorama does, and if it were a mirror image. */
const ELSEWHERE: Triple[] = [
  [0.8, 0.1, 0.59],
  [-0.59, 0.1, -0.8],
];
const EYES = [LAMP, ...ELSEWHERE].map((eye) => eye.map((value) => value / Math.hypot(...eye)) as Triple);

/** Matte surfaces are lit, and the sun stands in the scene where it is in the panorama. */
function expectLit(matte: Triple[], [x, y, z]: Triple, direction: Triple): void {
  for (const color of matte) expect(Math.min(...color)).toBeGreaterThan(0);
  expect(angle([-z, y, x], direction)).toBeLessThan(0.01);
}

test("the light of a camera that turns grows, and stands still in the scene", async ({ page }) => {
  const { seen, events, mirror, matte, sun, direction, isReflected, rows, frame, left } = await page.evaluate(
    (eyes) => window.around.turn(eyes),
    EYES,
  );
  for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThan(seen[i - 1] - 1e-3);
  expect(seen[0]).toBeLessThan(0.2);
  expect(seen.at(-1)).toBeGreaterThan(0.4);
  expect(events).toEqual(["estimationstart", "estimationend"]);
  const [lamp, ...others] = mirror.map(([red]) => red);
  expect(lamp).toBeGreaterThan(1.5); // 3 and more, blurred; everything else is below 0.8
  for (const other of others) expect(other).toBeLessThan(0.9);
  expectLit(matte, sun, direction);
  expect(isReflected).toBe(true);
  expect(rows).toBe(64);
  expect(frame).toBe("camera");
  expect(left).toBeNull();
});

for (const [width, height, isExact] of [
  [320, 240, true],
  [1280, 960, false], // reduced to 426×320 in linear light
] as const) {
  test(`camera images of ${width}×${height} give the light of the same picture on a canvas`, async ({ page }) => {
    const { found, error } = await page.evaluate(([w, h]) => window.around.images(w, h), [width, height] as const);
    expect(error).toBe(0);
    expect(found).toHaveLength(4);
    for (const { fov, isSame, coeffs, expected } of found) {
      expect(isSame).toBe(isExact);
      expect(Math.abs(fov - 65)).toBeLessThan(isExact ? 1e-3 : 0.2);
      expect(distance(coeffs, expected)).toBeLessThan(isExact ? 1e-3 : 0.02); // blocks lie a pixel aside
    }
  });
}

test("a device that shows its camera's images lights the scene from where its lamps are", async ({ page }) => {
  const { seen, mirror, matte, sun, direction, events } = await page.evaluate(
    (eyes) => window.around.camera(eyes),
    EYES,
  );
  expect(seen[1]).toBeGreaterThan(1.2 * seen[0]);
  const [lamp, ...others] = mirror.map(([red]) => red);
  for (const other of others) expect(lamp).toBeGreaterThan(2 * other);
  expectLit(matte, sun, direction);
  expect(events).toEqual(["estimationstart", "estimationend"]);
});

test("a device's own estimate lights the scene", async ({ page }) => {
  const [right, left, above, below, behind, ahead] = await page.evaluate(() => window.around.estimate());
  for (const [c, sun] of [0.25, 0.5, 0].entries()) {
    expect(right[c]).toBeCloseTo(0.5 + sun, 3);
    for (const color of [left, above, below, behind, ahead]) expect(color[c]).toBeCloseTo(0.5, 2);
  }
});

test.describe("failures", () => {
  test.use({ provoked: /CONTEXT_LOST|Context Lost/i });

  test("a camera in use and a lost context are typed errors", async ({ page }) => {
    expect(await page.evaluate(() => window.around.refused())).toEqual(["camera", "camera", "context-lost"]);
  });
});
