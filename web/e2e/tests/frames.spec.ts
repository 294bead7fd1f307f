/** Frames are read without a canvas where the browser can, and give the very pixels that a canvas shows. */

import { expect, test } from "@playwright/test";
import { BROWSER_WITH_CAMERA } from "../support/settings";

test.use({ launchOptions: BROWSER_WITH_CAMERA });

test.beforeEach(async ({ page }) => {
  await page.goto("pages/frames.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

test("frames in sRGB, BT.709 and BT.601 are copied, bit for bit", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const { canvasOf, compare, frameOf } = reading;
    const bt709 = { primaries: "bt709", matrix: "bt709", transfer: "bt709" } as const;
    const bt601 = { primaries: "smpte170m", matrix: "smpte170m", transfer: "smpte170m" } as const;
    return {
      canvas: await compare(await createImageBitmap(canvasOf(256, 128))),
      "canvas without transparency": await compare(await createImageBitmap(canvasOf(256, 128, { alpha: false }))),
      "canvas of odd size": await compare(await createImageBitmap(canvasOf(63, 31))),
      "frame of a canvas": await compare(new VideoFrame(canvasOf(256, 128), { timestamp: 0 })),
      "unknown color space": await compare(frameOf(64, 32, {})),
      "odd size": await compare(frameOf(63, 31, {})),
      cropped: await compare(frameOf(64, 32, {}, { visibleRect: { x: 2, y: 4, width: 41, height: 21 } })),
      "BT.709": await compare(frameOf(64, 32, bt709)),
      "BT.601": await compare(frameOf(64, 32, bt601)),
      "BT.709, full range": await compare(frameOf(64, 32, { ...bt709, fullRange: true })),
      "BT.601, full range": await compare(frameOf(64, 32, { ...bt601, fullRange: true })),
      NV12: await compare(frameOf(63, 31, bt709, { format: "NV12" })),
      RGBX: await compare(frameOf(63, 31, {}, { format: "RGBX" })),
      BGRX: await compare(frameOf(63, 31, {}, { format: "BGRX" })),
    };
  });
  const wrong = Object.entries(found).filter(([, { isDrawn, different }]) => isDrawn || different > 0);
  expect(wrong).toEqual([]);
});

test("frames that a canvas would change are drawn", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const { canvasOf, compare, frameOf } = reading;
    const linear = { primaries: "bt709", transfer: "linear" } as unknown as VideoColorSpaceInit;
    const wide = { primaries: "bt2020" } as unknown as VideoColorSpaceInit;
    return {
      transparent: await compare(await createImageBitmap(canvasOf(256, 128, {}, 0.5))),
      "transparent frame": await compare(frameOf(64, 32, {}, { format: "RGBA" })),
      "Display P3": await compare(await createImageBitmap(canvasOf(256, 128, { colorSpace: "display-p3" }))),
      "pixels that are not square": await compare(frameOf(64, 32, {}, { displayWidth: 128, displayHeight: 32 })),
      turned: await compare(frameOf(64, 32, {}, { rotation: 90 })),
      mirrored: await compare(frameOf(64, 32, {}, { flip: true })),
      linear: await compare(frameOf(64, 32, linear)),
      "BT.2020": await compare(frameOf(64, 32, wide)),
    };
  });
  const wrong = Object.entries(found).filter(([, { isDrawn, different }]) => !isDrawn || different > 0);
  expect(wrong).toEqual([]);
});

test("a camera's frame is copied, bit for bit", async ({ page, context }) => {
  await context.grantPermissions(["camera"]);
  const found = await page.evaluate(async () => {
    const video = document.createElement("video");
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
    await video.play();
    return reading.compare(new VideoFrame(video, { timestamp: 0 }));
  });
  expect(found).toMatchObject({ isDrawn: false, different: 0, format: "I420" });
});

test("without VideoFrame, frames are drawn at their own size", async ({ page }) => {
  const found = await page.evaluate(async () => {
    const bitmap = await createImageBitmap(reading.canvasOf(256, 128));
    Reflect.deleteProperty(globalThis, "VideoFrame");
    return reading.compare(bitmap);
  });
  expect(found).toMatchObject({ isDrawn: true, different: 0, width: 256 });
});

test("an eye of a frame, a size that is given, and a large picture", async ({ page }) => {
  const sizes = await page.evaluate(async () => {
    const { sizeRead, canvasOf } = reading;
    const make = (width: number, height: number) => createImageBitmap(canvasOf(width, height));
    const eye = { left: 0, top: 0, width: 64, height: 32 };
    return [
      await sizeRead(await make(64, 64), { eye, width: 64, height: 32 }),
      await sizeRead(await make(256, 128), { width: 64, height: 32, isSizeGiven: true }),
      await sizeRead(await make(256, 128), { width: 64, height: 32, isSizeGiven: false }),
      await sizeRead(await make(2050, 1025), { width: 256, height: 128, isSizeGiven: false }),
    ];
  });
  expect(sizes).toEqual(["64×32 copied", "64×32 drawn", "256×128 copied", "256×128 drawn"]);
});

test("10,000 frames take no more memory", async ({ page }) => {
  const [before, after] = await page.evaluate(() => reading.memoryAfter(10_000));
  expect(after).toBe(before);
});
