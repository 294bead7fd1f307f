/** The example for Next.js, as it is exported. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { expectLitBall } from "../support/lit-ball";
import { listen } from "../support/quiet";
import { BROWSER_WITH_CAMERA } from "../support/settings";
import { type StaticServer, serveFolder } from "../support/static-server";

const OUT = fileURLToPath(new URL("../../examples/next/out", import.meta.url));
const SAMPLE: { coeffs: number[] } = JSON.parse(
  readFileSync(fileURLToPath(new URL("../data/sample.json", import.meta.url)), "utf8"),
);
/** The browser reduces the picture in display values, Python averages linear light: a few percent apart. */
const TOLERANCE = 0.05;

test.use({ launchOptions: BROWSER_WITH_CAMERA });

let server: StaticServer;

test.beforeAll(async () => {
  expect(existsSync(OUT), "expected web/examples/next/out, got none; build it as its README.md says").toBe(true);
  server = await serveFolder(OUT);
});

test.afterAll(() => server?.close());

test("the exported page has Python's numbers, and makes no request to other origins", async ({ page }) => {
  const noises = listen(page, server.url);
  await page.goto(server.url);
  await expect(page.getByRole("status")).toHaveText("done", { timeout: 60_000 });
  const found = (await page.locator("td").allTextContents()).map(Number);
  expect(found).toHaveLength(27);
  const scale = Math.hypot(...SAMPLE.coeffs);
  const apart = Math.hypot(...found.map((value, i) => value - SAMPLE.coeffs[i]));
  expect(apart / scale).toBeLessThan(TOLERANCE);
  expect(noises).toEqual({ complaints: [], strangers: [] });
});

test("the sphere is lit from where the light is", async ({ page }) => {
  await page.goto(server.url);
  await expect(page.getByRole("status")).toHaveText("done", { timeout: 60_000 });
  const png = await page.locator("canvas").screenshot();
  const [upper, lower] = await page.evaluate(async (base64) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    if (!context) throw new TypeError("expected a 2D canvas, got none");
    context.drawImage(picture, 0, 0);
    const green = (share: number): number =>
      context.getImageData(picture.width / 2, share * picture.height, 1, 1).data[1];
    return [green(0.2), green(0.8)];
  }, png.toString("base64"));
  expect(upper, "the sky is brighter than the ground").toBeGreaterThan(lower + 5);
});

test("the webcam lights a ball", async ({ page }) => {
  const noises = listen(page, server.url);
  await page.goto(`${server.url}webcam.html`);
  await expectLitBall(page.locator("canvas"));
  expect(noises).toEqual({ complaints: [], strangers: [] });
});
