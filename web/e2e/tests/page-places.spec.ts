/** The page in difficult environments: under a prefix, offline, without worker or WebGL, on a phone. */

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "../support/fixtures";
import { look, openPage, visit } from "../support/look";
import { PAGE, servePage } from "../support/static-server";

test("under a prefix of a static host", async ({ browser }) => {
  const { url, close } = await servePage();
  const page = await browser.newPage();
  const failed: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) failed.push(response.url());
  });
  await openPage(page, "", url);
  expect((await look(page)).coeffs[0]).toBeGreaterThan(0);
  expect(failed).toEqual([]);
  await page.close();
  await close();
});

test("its own JavaScript, three included, is at most 220 kB when it opens", async ({ page }) => {
  const sizes: Record<string, number> = {};
  page.on("response", async (response) => {
    const name = basename(new URL(response.url()).pathname);
    const isOwn = name.endsWith(".js") && !/^(worker|extras|ort)/.test(name);
    if (isOwn) sizes[name] = gzipSync(readFileSync(join(PAGE, "assets", name)), { level: 9 }).length;
  });
  await openPage(page);
  expect(Object.keys(sizes).length).toBeGreaterThan(0);
  expect(
    Object.values(sizes).reduce((sum, size) => sum + size, 0),
    JSON.stringify(sizes),
  ).toBeLessThanOrEqual(220_000);
});

test("offline after it is loaded", async ({ page }) => {
  await openPage(page, "&panorama=rooitou_park");
  await page.context().setOffline(true);
  const before = await look(page);
  await page.evaluate(() => window.lightprobeDemo!.set("brightness", 0.5));
  expect((await look(page)).coeffs[0]).toBeLessThan(before.coeffs[0]);
});

test("without its worker, the status line says so", async ({ browser }) => {
  const { url, close } = await servePage((folder) => {
    for (const name of readdirSync(join(folder, "assets"))) {
      if (name.startsWith("worker-")) rmSync(join(folder, "assets", name));
    }
  });
  const page = await browser.newPage();
  await visit(page, `${url}?test`);
  await expect(page.locator("#status")).toHaveAttribute("data-code", "worker");
  await expect(page.locator("#status")).toBeVisible();
  await page.close();
  await close();
});

test("without the WebAssembly file, the plain light works and the status line says why", async ({ browser }) => {
  const { url, close } = await servePage((folder) => {
    for (const name of readdirSync(join(folder, "assets"))) {
      if (name.endsWith(".wasm")) rmSync(join(folder, "assets", name));
    }
  });
  const page = await browser.newPage();
  await visit(page, `${url}?test`);
  await expect(page.locator("#status")).toHaveAttribute("data-code", "wasm");
  await page.evaluate(() => window.lightprobeDemo!.ready);
  expect(await page.evaluate(() => window.lightprobeDemo!.plain?.coeffs[0] ?? 0)).toBeGreaterThan(0);
  await page.close();
  await close();
});

test.describe("WebGL", () => {
  test.use({ provoked: /WebGL|context/i });

  test("missing: numbers and thumbnails still work", async ({ page }) => {
    await page.addInitScript(() => {
      const getContext = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind, ...rest]);
      } as typeof getContext;
    });
    await openPage(page, "&panorama=rooitou_park");
    await expect(page.locator("#no-webgl")).toBeVisible();
    const { coeffs, numbers } = await look(page);
    expect(coeffs[0]).toBeGreaterThan(0);
    expect(numbers.trim().split(/\s+/)).toHaveLength(27);
    const drawn = await page.evaluate(() => {
      const canvas = document.querySelector("#thumb-white") as HTMLCanvasElement;
      return canvas.getContext("2d")!.getImageData(48, 48, 1, 1).data[0];
    });
    expect(drawn).toBeGreaterThan(0);
  });

  test("lost and restored", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const before = await look(page);
    await page.evaluate(async () => {
      const canvas = document.querySelector("#view") as HTMLCanvasElement;
      const extension = canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!;
      const event = (name: string) => new Promise((resolve) => canvas.addEventListener(name, resolve, { once: true }));
      const lost = event("webglcontextlost");
      extension.loseContext();
      await lost;
      const restored = event("webglcontextrestored");
      await new Promise((resolve) => setTimeout(resolve, 200));
      extension.restoreContext();
      await restored;
    });
    await expect
      .poll(async () => {
        const { pixels } = await look(page);
        return Math.max(...pixels.map((value, i) => Math.abs(value - before.pixels[i])));
      })
      .toBeLessThanOrEqual(3);
  });
});

test.describe("a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("fits, and is used by touch", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    const position = () => page.evaluate(() => window.lightprobeDemo!.state.split);
    const box = (await page.locator("#panes [role=slider]").first().boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", at?: number) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [{ x: at, y }] });
    await send("touchStart", x);
    for (const at of [x + 20, x + 60, x + 100]) await send("touchMove", at);
    await send("touchEnd");
    expect(await position()).toBeCloseTo((x + 100) / 390, 1);
    await page.locator("#controls-details > summary").tap();
    await expect(page.getByText("Picture", { exact: true })).toBeVisible();
  });
});
