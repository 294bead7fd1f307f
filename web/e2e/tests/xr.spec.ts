/** EstimatedLight of surrounds and of WebXR, whose device is simulated: Chromium reads its textures itself. */

import type { Triple } from "lightprobe";
import { angle, distance, expect, test } from "../support/fixtures";

test.beforeEach(async ({ page }) => {
  await page.goto("pages/xr.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

/** The lamp of the scene as three.js has it: the camera's first look, +X of the scene, is −Z. */
const LAMP: Triple = [0.59, 0.1, -0.8];
const toward = LAMP.map((value) => value / Math.hypot(...LAMP));

test("the light of a camera that turns grows, and stands still in the scene", async ({ page }) => {
  const { seen, events, lamp, mirror, matte, rows, frame, left } = await page.evaluate(() => window.around.turn());
  for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThan(seen[i - 1] - 1e-3);
  expect(seen[0]).toBeLessThan(0.2);
  expect(seen.at(-1)).toBeGreaterThan(0.4);
  expect(events).toEqual(["estimationstart", "estimationend"]);
  expect(angle(lamp, toward)).toBeLessThan(8); // the last look, to the left of ahead, does not show it
  for (const color of [...mirror, ...matte]) expect(Math.min(...color)).toBeGreaterThan(0);
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
  const { seen, lamp, sun, mirror, matte, events } = await page.evaluate(() => window.around.camera());
  expect(seen[1]).toBeGreaterThan(1.2 * seen[0]);
  expect(angle(lamp, toward)).toBeLessThan(8);
  expect(angle(sun, [-lamp[2], lamp[1], lamp[0]])).toBeLessThan(0.01);
  for (const color of [...mirror, ...matte]) expect(Math.min(...color)).toBeGreaterThan(0);
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
    expect(await page.evaluate(() => window.around.refused())).toEqual(["camera", "context-lost"]);
  });
});
