/** Surrounds: frames of a turning camera, a canvas, with simulated sensors. */

import type { Triple } from "lightprobe";
import { angle, expect, test } from "../support/fixtures";

test.beforeEach(async ({ page }) => {
  await page.goto("pages/surround.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

const LAMP: Triple = [0.8, 0.1, 0.59];

test("a phone that turns once sees half of the sphere, and measures a lamp that clips in bright frames", async ({
  page,
}) => {
  const scripts: string[] = [];
  page.on("request", (request) => scripts.push(new URL(request.url()).pathname));
  const { seen, error, brightest } = await page.evaluate(() => window.surrounds.turn(true));
  expect(scripts.filter((path) => /\/surround-[^/]*\.js$/.test(path))).toHaveLength(1);
  for (let frame = 1; frame < seen.length; frame++) expect(seen[frame]).toBeGreaterThan(seen[frame - 1] - 1e-3);
  expect(seen[0]).toBeLessThan(0.15);
  expect(seen.at(-1)).toBeGreaterThan(0.45);
  expect(error).toBeLessThan(0.05);
  expect(brightest.radiance).toBeGreaterThan(2); // 1 is display white of the first frame
  const length = Math.hypot(...LAMP);
  const toward = LAMP.map((value) => value / length);
  expect(angle(brightest.direction, toward)).toBeLessThan(6); // the lamp's radius, and a cell
});

test("without sensors, frames that overlap are aligned with each other", async ({ page }) => {
  const { seen, error } = await page.evaluate(() => window.surrounds.turn(false));
  expect(seen.at(-1)).toBeGreaterThan(1.8 * seen[0]); // 152° instead of 65°, and some of it at the edge
  expect(error).toBeLessThan(0.1);
});

test("denied or missing sensors are typed errors, and one frame has its light", async ({ page }) => {
  const { codes, seen, kept } = await page.evaluate(() => window.surrounds.refused());
  expect(codes).toEqual(["orientation", "orientation", "source", "disposed"]);
  expect(seen).toBeGreaterThan(0.05);
  expect(kept).toBe(seen); // the frame that fits none before it changes nothing
});

test("angles follow the screen", async ({ page }) => {
  const { yaw, pitch, roll } = await page.evaluate(() => window.surrounds.turned());
  expect(yaw).toBeCloseTo(40, 6);
  expect(pitch).toBeCloseTo(-10, 6);
  expect(roll).toBeCloseTo(0, 6);
});
