/** The compass in other engines: each shows light from the side where it was. Numbers by tools/web/make_compass.py. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { DominantLight, Triple } from "lightprobe";
import type { GivenLight } from "../support/engine";

interface Given {
  axes: string[];
  colors: Triple[];
  panorama: number[];
  coeffs: number[];
  lambert: Triple[];
  light: DominantLight;
}

const GIVEN: Given = JSON.parse(readFileSync(fileURLToPath(new URL("../data/compass.json", import.meta.url)), "utf8"));
/** spec/CONVENTIONS.md#frames: where the picture's center, top and right lie. */
const ENGINES: Record<string, { center: Triple; up: Triple; right: Triple }> = {
  babylon: { center: [0, 0, 1], up: [0, 1, 0], right: [1, 0, 0] },
  playcanvas: { center: [0, 0, 1], up: [0, 1, 0], right: [-1, 0, 0] },
};
/** A lamp's light on a surface that faces it, and on one at 60°, and on the far side. */
const LAMP: DominantLight = { direction: [0.48, 0.6, 0.64], color: [1, 0.5, 0.25], intensity: 6, share: 1 };

for (const [name, axes] of Object.entries(ENGINES)) {
  const turned = ([x, y, z]: Triple): Triple =>
    [0, 1, 2].map((i) => x * axes.center[i] + y * axes.up[i] + z * axes.right[i]) as Triple;
  const eyes = ["+x", "-x", "+y", "-y", "+z", "-z"].map((axis) => {
    const value = axis[0] === "+" ? 1 : -1;
    return turned([axis[1] === "x" ? value : 0, axis[1] === "y" ? value : 0, axis[1] === "z" ? value : 0]);
  });

  test.describe(name, () => {
    test.beforeEach(async ({ page }) => {
      await page.goto(`pages/${name}.html`);
      await page.locator("body[data-ready]").waitFor({ state: "attached" });
    });

    test("matte and mirrored, each side shows its color", async ({ page }) => {
      const given: GivenLight = { light: GIVEN.light, coeffs: GIVEN.coeffs, panorama: GIVEN.panorama };
      const matte = await page.evaluate(([light, at]) => window.engine.matte(light, at), [given, eyes] as const);
      const mirror = await page.evaluate(([light, at]) => window.engine.mirror(light, at), [given, eyes] as const);
      GIVEN.axes.forEach((axis, i) => {
        for (const c of [0, 1, 2]) {
          // Babylon.js filters its polynomial a second time in its shader: spec/CONVENTIONS.md#stored
          expect(Math.abs(matte[i][c] - GIVEN.lambert[i][c]), `matte, ${axis}: ${matte[i]}`).toBeLessThan(0.01);
          expect(Math.abs(mirror[i][c] - GIVEN.colors[i][c]), `mirror, ${axis}: ${mirror[i]}`).toBeLessThan(0.05);
        }
      });
    });

    test("a lamp gives its irradiance, from where the light comes, and is not counted twice", async ({ page }) => {
      const white = Math.sqrt(4 * Math.PI);
      // constant light 0.25 and the lamp, in three bands: Y_lm of its direction, by the definition
      const [x, y, z] = LAMP.direction;
      const harmonics = [
        0.282095,
        0.488603 * y,
        0.488603 * z,
        0.488603 * x,
        1.092548 * x * y,
        1.092548 * y * z,
        0.315392 * (3 * z * z - 1),
        1.092548 * x * z,
        0.546274 * (x * x - y * y),
      ];
      const coeffs = harmonics.flatMap((value, i) =>
        LAMP.color.map((color) => LAMP.intensity * color * value + (i === 0 ? 0.25 * white : 0)),
      );
      const given: GivenLight = { light: LAMP, coeffs, panorama: new Array(64 * 32 * 3).fill(0.25) };
      const facing = turned(LAMP.direction);
      const away = facing.map((value) => -value) as Triple;
      const pair: [GivenLight, Triple[]] = [given, [facing, away]];
      const sun = await page.evaluate(([light, at]) => window.engine.sun(light, at), pair);
      const both = await page.evaluate(([light, at]) => window.engine.both(light, at), pair);
      LAMP.color.forEach((color, c) => {
        const shown = (LAMP.intensity * color) / Math.PI;
        expect(sun[0][c] / shown, `lamp, ${sun[0]}`).toBeCloseTo(1, 2);
        expect(sun[1][c], "far side").toBeCloseTo(0, 4);
        expect(both[0][c] / (shown + 0.25), `both, ${both[0]}`).toBeCloseTo(1, 2);
        expect(both[1][c], `far side of both, ${both[1]}`).toBeCloseTo(0.25, 2);
      });
    });
  });
}
