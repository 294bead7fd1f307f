/** three's WebGPURenderer: light and environment maps work, and the rest says what to do instead. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { Triple } from "lightprobe";
import { BROWSER } from "../support/settings";

interface Given {
  axes: string[];
  colors: Triple[];
  panorama: number[];
  lambert: Triple[];
}

const GIVEN: Given = JSON.parse(readFileSync(fileURLToPath(new URL("../data/compass.json", import.meta.url)), "utf8"));
const SOFTWARE = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
];

test.use({ launchOptions: { ...BROWSER, args: [...BROWSER.args, ...SOFTWARE] } });

for (const forceWebGL of [false, true]) {
  test(`a WebGPURenderer on ${forceWebGL ? "WebGL" : "WebGPU"}`, async ({ page }) => {
    await page.goto("pages/webgpu.html");
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    const { backend, matte, mirrored, refused } = await page.evaluate(
      ([panorama, force]) => window.webgpu.run(panorama, force),
      [GIVEN.panorama, forceWebGL] as const,
    );
    expect(backend).toBe(forceWebGL ? "WebGL" : "WebGPU");
    GIVEN.axes.forEach((axis, i) => {
      for (const c of [0, 1, 2]) {
        expect(Math.abs(matte[i][c] - GIVEN.lambert[i][c]), `matte, ${axis}: ${matte[i]}`).toBeLessThan(1 / 255);
        expect(Math.abs(mirrored[i][c] - GIVEN.colors[i][c]), `mirror, ${axis}: ${mirrored[i]}`).toBeLessThan(0.02);
      }
    });
    expect(refused).toEqual({
      scene:
        "unsupported: createSceneSource needs a WebGLRenderer, got a WebGPURenderer; render the scene with a WebGLRenderer " +
        "beside it, or estimate from a picture",
      environment:
        "unsupported: an environment that only reflects needs a WebGLRenderer, got a WebGPURenderer; leave `environment` out, " +
        "and use createEnvironment for metals",
    });
  });
}
