/** The page keeps a copy of itself: it opens without a network, and can be installed. */

import { expect, test } from "../support/fixtures";
import { visit } from "../support/look";

test.use({ provoked: /ERR_INTERNET_DISCONNECTED|Failed to fetch/ });

test("opens offline after one visit, with the newest files when there is a network", async ({ page }) => {
  await page.setViewportSize({ width: 480, height: 320 });
  await visit(page, "");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const first = await page.evaluate(async () => {
    await window.lightprobeDemo!.ready;
    return [...window.lightprobeDemo!.light!.coeffs];
  });
  await page.context().setOffline(true);
  await visit(page, "?panorama=forest_slope");
  const other = await page.evaluate(async () => {
    await window.lightprobeDemo!.ready;
    return { status: window.lightprobeDemo!.status(), coeffs: [...(window.lightprobeDemo!.light?.coeffs ?? [])] };
  });
  expect(other.status).toBe("");
  expect(other.coeffs).toHaveLength(27);
  expect(other.coeffs[0]).not.toBeCloseTo(first[0], 2);
  await page.context().setOffline(false);
  const status = await page.evaluate(async () => (await fetch("icon.svg")).headers.get("server"));
  expect(status).toContain("lightprobe"); // the server's own answer, not a copy
});

test("a manifest with icons of their sizes", async ({ page, request }) => {
  const manifest = await (await request.get("manifest.webmanifest")).json();
  expect(manifest).toMatchObject({ name: "lightprobe", display: "standalone", start_url: "./" });
  const pictures = manifest.icons.filter(({ type }: { type: string }) => type === "image/png");
  expect(pictures.map(({ sizes }: { sizes: string }) => sizes)).toContain("512x512");
  await page.goto("?test");
  for (const { src, sizes } of pictures) {
    const size = await page.evaluate(async (src) => {
      const { width, height } = await createImageBitmap(await (await fetch(src)).blob());
      return `${width}x${height}`;
    }, src);
    expect(size).toBe(sizes);
  }
});
