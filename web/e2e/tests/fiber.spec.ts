/** <EstimatedLight/> of @react-three/fiber, in a development build under StrictMode. */

import { expect, type Page, test } from "@playwright/test";

/** Red, green and blue in the middle of the canvas. */
const middleOf = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const picture = document.querySelector("canvas") as HTMLCanvasElement;
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext("2d");
    context?.drawImage(picture, picture.width / 2, picture.height / 2, 1, 1, 0, 0, 1, 1);
    return [...(context?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])];
  });

/** A white matte surface under light 1 from all sides, at half and a quarter of the intensity, as sRGB. */
const [HALF, QUARTER] = [188, 137];

test("two lights and a hook share one worker, follow their sources, and set no state per frame", async ({ page }) => {
  await page.goto("pages/fiber.html");
  await expect(page.getByRole("status")).toHaveText("3.5", { timeout: 30_000 }); // √(4π) green
  await expect.poll(() => middleOf(page)).toEqual([HALF, HALF, 0].map((value) => expect.closeTo(value, -1)));
  await expect.poll(() => page.workers().length).toBe(1);

  const rendersBefore = await page.evaluate(() => window.fiber.renders);
  const estimatesBefore = await page.evaluate(() => window.fiber.estimates);
  await expect.poll(() => page.evaluate(() => window.fiber.estimates)).toBeGreaterThan(estimatesBefore + 20);
  expect(await page.evaluate(() => window.fiber.renders)).toBe(rendersBefore);

  await page.evaluate(() => window.fiber.paint("#00f"));
  await expect.poll(() => middleOf(page)).toEqual([0, HALF, HALF].map((value) => expect.closeTo(value, -1)));
  await page.evaluate(() => document.dispatchEvent(new Event("dim")));
  await expect.poll(() => middleOf(page)).toEqual([0, QUARTER, QUARTER].map((value) => expect.closeTo(value, -1)));

  await page.mouse.click(5, 500);
  await expect.poll(() => page.workers().length).toBe(0);
});
