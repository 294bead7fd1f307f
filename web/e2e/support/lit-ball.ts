/** A ball in the middle of a canvas. */

import { expect, type Locator } from "@playwright/test";

/** Waits until a ball in the middle of a canvas is lit, on black. */
export async function expectLitBall(canvas: Locator): Promise<void> {
  await expect(async () => {
    const png = await canvas.screenshot();
    const [ball, corner] = await canvas.page().evaluate(async (base64) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const surface = new OffscreenCanvas(picture.width, picture.height);
      const context = surface.getContext("2d", { willReadFrequently: true });
      if (!context) throw new TypeError("expected a 2D canvas, got none");
      context.drawImage(picture, 0, 0);
      const brightest = (x: number, y: number): number =>
        Math.max(...context.getImageData(x, y, 1, 1).data.slice(0, 3));
      return [brightest(picture.width / 2, picture.height / 2), brightest(2, 2)];
    }, png.toString("base64"));
    expect(corner).toBeLessThan(ball);
    expect(ball).toBeGreaterThan(20);
  }).toPass({ timeout: 90_000 });
}
