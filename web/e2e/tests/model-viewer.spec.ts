/** <model-viewer>: the README's recipe, with a color from each side. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import type { Triple } from "lightprobe";

interface Given {
  axes: string[];
  colors: Triple[];
  panorama: number[];
}

const GIVEN: Given = JSON.parse(readFileSync(fileURLToPath(new URL("../data/compass.json", import.meta.url)), "utf8"));

test("a mirror ball shows each side's color", async ({ page }) => {
  await page.goto("pages/model-viewer.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  await page.evaluate((panorama) => window.modelViewer.open(panorama), GIVEN.panorama);
  for (const [axis, degrees] of Object.entries({ "+z": 0, "+x": 90, "-z": 180, "-x": 270 })) {
    await page.evaluate((angle) => window.modelViewer.lookFrom(angle), degrees);
    const expected = GIVEN.colors[GIVEN.axes.indexOf(axis)].map((value) => (value > 0.5 ? "bright" : "dark"));
    await expect(async () => {
      const png = await page.locator("model-viewer").screenshot();
      const middle = await page.evaluate(async (base64) => {
        const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        context?.drawImage(picture, picture.width / 2, picture.height / 2, 1, 1, 0, 0, 1, 1);
        return [...(context?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])];
      }, png.toString("base64"));
      const found = middle.map((value) => (value > 200 ? "bright" : value < 60 ? "dark" : value));
      expect(found, `from ${axis}`).toEqual(expected);
    }).toPass({ timeout: 20_000 });
  }
});
