/** The page: every source gives light, through the handle and through what people do. */

import { readFileSync } from "node:fs";
import { drop } from "../support/files";
import { distance, expect, test } from "../support/fixtures";
import { change, look, moved, openPage } from "../support/look";
import { BROWSER_WITH_CAMERA, ROOT } from "../support/settings";

test.use({ launchOptions: BROWSER_WITH_CAMERA });

const SAMPLE = `${ROOT}samples/venice_sunset.jpg`;

const source = (page: import("@playwright/test").Page) => page.evaluate(() => window.lightprobeDemo!.state.source);

test("panoramas of the set, by their buttons", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const before = await look(page);
  await page.locator("#sources .panorama").first().click();
  await expect.poll(() => moved(page, before.coeffs)).toBeGreaterThan(0.05);
  await page.getByRole("button", { name: "Random panorama" }).click();
  await expect.poll(() => source(page)).toBe("panorama");
});

test("a picture: opened, dropped and pasted", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  const opened = async (how: () => Promise<unknown>): Promise<number[]> => {
    await page.evaluate(() => window.lightprobeDemo!.setSource("panorama", "dikhololo_night"));
    const { coeffs } = await look(page);
    await how();
    await expect.poll(() => source(page)).toBe("image");
    await expect.poll(() => moved(page, coeffs)).toBeGreaterThan(0.05);
    await page.evaluate(() => window.lightprobeDemo!.idle());
    return (await look(page)).coeffs;
  };
  const first = await opened(() => page.locator("input#file").setInputFiles(SAMPLE));
  const second = await opened(() => drop(page, readFileSync(SAMPLE), "sunset.jpg", "image/jpeg"));
  const third = await opened(() =>
    page.evaluate((data) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], "pasted.jpg", { type: "image/jpeg" }));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true }));
    }, readFileSync(SAMPLE).toString("base64")),
  );
  expect(distance(second, first)).toBeLessThan(1e-5);
  expect(distance(third, first)).toBeLessThan(1e-5);
});

test("the bundled H.264 video: its light changes, frames are cached, it can be paused", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 480, height: 320 }); // software rendering of a large view leaves few frames
  await openPage(page);
  await page.evaluate(() => window.lightprobeDemo!.setSource("video"));
  const first = (await look(page)).coeffs;
  await expect.poll(() => moved(page, first), { timeout: 60_000 }).toBeGreaterThan(0.1);
  // after the first round of ten seconds, frames come back from the cache
  await expect
    .poll(() => page.evaluate(() => window.lightprobeDemo!.cached), { timeout: 90_000, intervals: [50] })
    .toBe(true);
  await page.evaluate(() => window.lightprobeDemo!.set("playing", false));
  const made = () => page.evaluate(() => window.lightprobeDemo!.made);
  const madeWithin = async (time: number): Promise<number> => {
    const before = await made();
    await page.waitForTimeout(time);
    return (await made()) - before;
  };
  await expect.poll(() => madeWithin(500)).toBe(0); // the estimates under way and of the paused frame come first
  expect(await madeWithin(3000)).toBe(0);
});

test("frame skip and smoothing act on a video", async ({ page }) => {
  await openPage(page);
  await page.setViewportSize({ width: 480, height: 320 }); // software rendering of a large view leaves few frames
  /** Estimates in a few seconds. */
  const count = (skip: number): Promise<number> =>
    page.evaluate(async (skip) => {
      const demo = window.lightprobeDemo!;
      await demo.setSource("panorama", "rooitou_park");
      await demo.set("cachePerFrame", false);
      await demo.set("comparison", "estimate");
      await demo.set("frameSkip", skip);
      await demo.setSource("video");
      const { made } = demo;
      await new Promise((resolve) => setTimeout(resolve, 8000));
      return demo.made - made;
    }, skip);
  const all = await count(0);
  expect(all).toBeGreaterThan(3);
  expect(await count(9)).toBeLessThan(0.5 * all);
});

test("the camera: as a panorama, and with a field of view", async ({ page }) => {
  await openPage(page);
  await page.evaluate(() => window.lightprobeDemo!.setSource("camera"));
  await page.evaluate(() => window.lightprobeDemo!.set("whole", false));
  const seen = async (fov: number): Promise<number> => {
    await page.evaluate((fov) => window.lightprobeDemo!.set("fov", fov), fov);
    await page.waitForTimeout(500);
    return page.evaluate(() => window.lightprobeDemo!.light!.seen);
  };
  const narrow = await seen(40);
  expect(narrow).toBeGreaterThan(0);
  expect(await seen(100)).toBeGreaterThan(2 * narrow);
});

test("the live scene: light moves with its clock, and the truth is known", async ({ page }) => {
  await openPage(page);
  await page.evaluate(async () => {
    await window.lightprobeDemo!.setSource("scene");
    await window.lightprobeDemo!.set("comparison", "estimate | truth");
    window.lightprobeDemo!.renderOnce(0);
    await window.lightprobeDemo!.idle();
  });
  const before = await look(page);
  await page.evaluate(async () => {
    await window.lightprobeDemo!.set("smoothing", 0);
    window.lightprobeDemo!.renderOnce(4);
    await window.lightprobeDemo!.idle();
  });
  await expect.poll(() => moved(page, before.coeffs)).toBeGreaterThan(0.02);
  const truth = await page.evaluate(() => [...(window.lightprobeDemo!.truth?.coeffs ?? [])]);
  expect(truth).toHaveLength(27);
  expect(distance((await look(page)).coeffs, truth)).toBeLessThan(1);
});

test("an HDR file: its exact truth beside the estimate, at any exposure", async ({ page }) => {
  await openPage(page);
  for (const [path, name] of [
    [`${ROOT}samples/rooitou_park.hdr`, "park.hdr"],
    [`${ROOT}samples/venice_sunset.exr`, "sunset.exr"],
  ]) {
    await page.evaluate(
      async ([data, name]) => {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        await window.lightprobeDemo!.setSource("hdr", new File([bytes], name));
        await window.lightprobeDemo!.set("comparison", "plain | estimate | truth");
      },
      [readFileSync(path).toString("base64"), name] as const,
    );
    const errors = await page.evaluate(async () => {
      const demo = window.lightprobeDemo!;
      const [truth, estimate, plain] = [demo.truth!, demo.light!, demo.plain!].map(({ coeffs }) => [...coeffs]);
      const distance = (a: number[]) => Math.hypot(...a.map((v, i) => v - truth[i])) / Math.hypot(...truth);
      await demo.set("pictureExposure", -2);
      return { estimate: distance(estimate), plain: distance(plain), dark: demo.light!.clipped };
    });
    expect(errors.plain, name).toBeGreaterThan(0.01);
    expect(errors.estimate, name).toBeLessThan(1);
  }
  const { coeffs } = await look(page);
  await drop(page, readFileSync(`${ROOT}samples/rooitou_park.hdr`), "dropped.hdr", "");
  await expect.poll(() => moved(page, coeffs)).toBeGreaterThan(0.05);
});

test("a model of one's own, dropped", async ({ page }) => {
  await openPage(page);
  const before = await look(page);
  await page.evaluate(() => window.lightprobeDemo!.set("balls", false));
  await drop(page, readFileSync(`${ROOT}web/demo/public/media/model.glb`), "mine.glb", "model/gltf-binary");
  await expect.poll(() => page.getByLabel("Name of the model").inputValue()).toContain("mine");
  expect(change((await look(page)).pixels, before.pixels)).toBeGreaterThan(5);
});

test.describe("a file that is no picture", () => {
  test.use({ provoked: /notes\.txt/ });

  test("gives an error in one line, and the light stays", async ({ page }) => {
    await openPage(page);
    const before = await look(page);
    await drop(page, readFileSync(`${ROOT}LICENSE`), "notes.txt", "text/plain");
    await expect(page.locator("#status[data-kind=error]")).toBeVisible();
    expect(distance((await look(page)).coeffs, before.coeffs)).toBeLessThan(1e-6);
  });
});

test.describe("Poly Haven", () => {
  test.use({ guests: /polyhaven\.com/ });

  test("its pictures, with credit", async ({ page }) => {
    // the answers of the real one are played from here
    await page
      .context()
      .route("https://api.polyhaven.com/**", (route) =>
        route.fulfill({ json: { test_scene: { name: "Test scene", authors: { Somebody: "All" } } } }),
      );
    await page
      .context()
      .route("https://cdn.polyhaven.com/**", (route) =>
        route.fulfill({ path: SAMPLE, contentType: "image/jpeg", headers: { "access-control-allow-origin": "*" } }),
      );
    await openPage(page, "&panorama=rooitou_park");
    const before = await look(page);
    await page.evaluate(() => window.lightprobeDemo!.setSource("polyhaven"));
    expect(distance((await look(page)).coeffs, before.coeffs)).toBeGreaterThan(0.05);
    await expect(page.locator("#credit")).toContainText("Poly Haven");
  });
});
