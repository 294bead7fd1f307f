/** Scenes that `lightprobe estimate --scene` writes, in readers by others: the sun is over the right shoulder. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateBytes } from "gltf-validator";
import type { Triple } from "lightprobe";
import { angle, expect, test } from "../support/fixtures";
import { PYTHON, ROOT } from "../support/settings";

/** Saves the compass of Python's tests in a folder, and prints where its sun is and how strong. */
const SAVE = `
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import compass
for name in ("light.gltf", "light.usda"):
    result = compass.saved(Path(sys.argv[2]), name)[0]
sun = {"center": compass.CENTER, "right": compass.RIGHT, "up": compass.UP}
print(json.dumps({**sun, "irradiance": result.sun.irradiance.tolist()}))
`;

const SIZE = 64;
const SIDE = 8;

let folder: string;
let sun: { center: number; right: number; up: number; irradiance: number[] };

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
  sun = JSON.parse(execFileSync(PYTHON, ["-c", SAVE, `${ROOT}tests/scenes`, folder], { encoding: "utf8" }));
});

test.afterAll(() => rmSync(folder, { recursive: true }));

test.beforeEach(async ({ page }) => {
  await page.route("**/given/*", (route) =>
    route.fulfill({ path: join(folder, new URL(route.request().url()).pathname.split("/").at(-1) ?? "") }),
  );
  await page.goto("pages/scenes.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

/** Towards the sun in the axes of a file: glTF has the picture's center at +X and its right at +Z, USD at +Z and −X. */
const towards = (name: string): Triple =>
  name === "light.gltf" ? [sun.center, sun.up, sun.right] : [-sun.right, sun.up, sun.center];

for (const name of ["light.gltf", "light.usda"]) {
  test(`three.js reads the lamp of ${name}`, async ({ page }) => {
    const lamp = await page.evaluate((url) => scenes.lamp(url), `given/${name}`);
    expect(angle(lamp.direction, towards(name))).toBeLessThan(0.1);
    for (const [c, value] of lamp.irradiance.entries()) expect(value / sun.irradiance[c]).toBeCloseTo(1, 5);
  });
}

test("three.js lights a ball by light.gltf, and its shadow lies on the other side", async ({ page }) => {
  const pixels = await page.evaluate(([url, size]) => scenes.fromAbove(url, size), ["given/light.gltf", SIZE] as const);
  const [sunX, sunY, sunZ] = towards("light.gltf");
  const worst = { ball: 0, floor: 0 };
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const [x, z] = [column, row].map((place) => ((place + 0.5) / SIZE - 0.5) * SIDE);
      const red = (pixels[3 * (row * SIZE + column)] * Math.PI) / sun.irradiance[0]; // the cosine, where no shadow is
      const isBall = Math.hypot(x, z) < 0.85;
      const y = isBall ? Math.sqrt(1 - x * x - z * z) : -1;
      const along = x * sunX + y * sunY + z * sunZ;
      const beside = Math.hypot(x - along * sunX, y - along * sunY, z - along * sunZ); // the ray's distance from the ball
      if (isBall) worst.ball = Math.max(worst.ball, Math.abs(red - Math.max(along, 0)));
      else if (Math.hypot(x, z) > 1.1 && Math.abs(beside - 1) > 0.12)
        worst.floor = Math.max(worst.floor, Math.abs(red - (beside > 1 ? sunY : 0)));
    }
  }
  expect(worst.ball).toBeLessThan(0.03); // facets
  expect(worst.floor).toBeLessThan(0.01);
});

test("Khronos's validator finds nothing in light.gltf", async () => {
  const report = await validateBytes(new Uint8Array(readFileSync(join(folder, "light.gltf"))));
  expect(report.issues).toMatchObject({ numErrors: 0, numWarnings: 0 });
  expect(report.info.extensionsUsed).toEqual(["KHR_lights_punctual"]);
});
