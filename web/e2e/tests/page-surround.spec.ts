/** The light of everything that a camera has seen: on a phone, and of a phone that is simulated in a panorama. */

import type { Page } from "@playwright/test";
import { distance, expect, test } from "../support/fixtures";
import { look, openPage } from "../support/look";
import { AROUND, holdPhone, installCamera, PHONE } from "../support/phone";
import { leastContrast, violations } from "../support/readability";
import { BROWSER_WITH_CAMERA } from "../support/settings";

test.use({ launchOptions: BROWSER_WITH_CAMERA });

const map = (page: Page) => page.locator("#surround");

/** Part of the surroundings that the text beside the map says is seen [%]. */
async function seen(page: Page): Promise<number> {
  const text = (await page.locator("#map-text").textContent()) ?? "";
  return Number(/(\d+)\s%/.exec(text)?.[1]);
}

/** Resolves when another light is made and drawn on the map. */
async function nextLight(page: Page): Promise<void> {
  const made = () => page.evaluate(() => window.lightprobeDemo!.made);
  const before = await made();
  await expect.poll(made).toBeGreaterThan(before + 3); // those under way are of the view before
  await page.waitForTimeout(100);
}

/** Share of the map that is drawn [0…1], and where its middle is, from left to right [0…1]. */
const drawn = (page: Page): Promise<{ share: number; middle: number }> =>
  page.evaluate(() => {
    const small = new OffscreenCanvas(128, 64).getContext("2d", { willReadFrequently: true })!;
    small.drawImage(document.querySelector<HTMLCanvasElement>("#map")!, 0, 0, 128, 64);
    const { data } = small.getImageData(0, 0, 128, 64);
    const pixels = [...data.keys()].filter((i) => i % 4 === 3 && data[i] > 127).map((i) => (i - 3) / 4);
    const middle = pixels.reduce((sum, pixel) => sum + ((pixel % 128) + 0.5) / 128, 0) / pixels.length;
    return { share: pixels.length / (128 * 64), middle };
  });

const coeffs = (page: Page): Promise<number[]> => page.evaluate(() => [...window.lightprobeDemo!.light!.coeffs]);

/** Norm of a difference, relative to what is expected. */
const error = (got: readonly number[], expected: readonly number[]): number =>
  Math.hypot(...got.map((value, i) => value - expected[i])) / Math.hypot(...expected);

test.describe("a phone", () => {
  test.use(PHONE);

  test("gathers what its camera sees while it turns", async ({ page }) => {
    test.setTimeout(240_000);
    await installCamera(page);
    await openPage(page, `&panorama=${AROUND}`);
    const whole = await coeffs(page);
    const phone = await holdPhone(page);
    await page.getByRole("button", { name: "Camera" }).tap();
    await expect(map(page)).toBeVisible();
    await nextLight(page);
    const first = { seen: await seen(page), drawn: (await drawn(page)).share, error: error(await coeffs(page), whole) };
    expect(first.seen).toBeLessThan(15);
    expect(first.drawn).toBeLessThan(0.15);
    await expect(page.locator("#map-text")).toContainText("Turn around slowly");
    let before = first.seen;
    for (let step = 1; step <= 8; step++) {
      await phone.look(45 * step, step % 2 ? 30 : -30);
      await nextLight(page);
      expect(await seen(page)).toBeGreaterThanOrEqual(before - 1);
      before = await seen(page);
    }
    await phone.look(360, 0);
    await nextLight(page);
    expect(await seen(page)).toBeGreaterThan(60);
    expect((await drawn(page)).share).toBeGreaterThan(0.6);
    const ahead = await coeffs(page);
    expect(error(ahead, whole)).toBeLessThan(0.5 * first.error);
    // what was ahead is behind when the phone has turned around
    await phone.look(540, 0);
    await nextLight(page);
    const behind = await coeffs(page);
    for (const i of [6, 9]) {
      expect(Math.abs(ahead[i] + behind[i])).toBeLessThan(0.15 * Math.abs(ahead[0]));
    }
    await page.evaluate(() => window.lightprobeDemo!.setSource("panorama", "venice_sunset"));
    await expect(map(page)).toBeHidden();
  });

  test("begins anew when its screen is turned", async ({ page }) => {
    await installCamera(page);
    await openPage(page);
    const phone = await holdPhone(page);
    await page.getByRole("button", { name: "Camera" }).tap();
    await nextLight(page);
    await phone.look(40, 0);
    await nextLight(page);
    expect(await page.evaluate(() => window.lightprobeDemo!.state.fov)).toBe(51); // 65° across the longer side
    expect(await seen(page)).toBeGreaterThan(8);
    await phone.tip(false);
    await expect(page.locator("#status")).toContainText("The screen was turned");
    expect(await page.evaluate(() => window.lightprobeDemo!.state.fov)).toBe(65);
    await expect.poll(() => seen(page)).toBeLessThan(9);
    await expect.poll(async () => (await drawn(page)).share).toBeLessThan(0.12);
    expect(Math.abs((await drawn(page)).middle - (0.5 + 40 / 360))).toBeLessThan(0.02); // it looks where it did
    const few = await seen(page);
    await phone.look(80, -10);
    await expect.poll(() => seen(page)).toBeGreaterThan(few);
  });

  test("whose sensors are denied has the light of one view, and says so", async ({ page }) => {
    await page.addInitScript(() => Object.assign(DeviceOrientationEvent, { requestPermission: async () => "denied" }));
    await openPage(page);
    await page.getByRole("button", { name: "Camera" }).tap();
    await expect(page.locator("#status")).toContainText("one view at a time");
    await expect(page.locator("#status")).toHaveAttribute("data-kind", "info");
    await expect(map(page)).toBeHidden();
    expect((await look(page)).coeffs[0]).toBeGreaterThan(0);
  });

  test("without sensors, too", async ({ page }) => {
    await openPage(page);
    await page.getByRole("button", { name: "Camera" }).tap();
    await expect(page.locator("#status")).toContainText("one view at a time");
    await expect(map(page)).toBeHidden();
    expect((await look(page)).coeffs[0]).toBeGreaterThan(0);
  });

  test("with Chromium's fake camera, in a 360° picture, has its light at once", async ({ page }) => {
    await openPage(page);
    await holdPhone(page, false);
    await page.getByRole("button", { name: "Camera" }).tap();
    await nextLight(page);
    expect(await page.evaluate(() => window.lightprobeDemo!.light!.seen)).toBeLessThan(0.2);
    await page.evaluate(() => window.lightprobeDemo!.set("whole", true));
    await expect.poll(() => page.evaluate(() => window.lightprobeDemo!.light!.seen)).toBeGreaterThan(0.99);
    await expect(map(page)).toBeHidden();
  });
});

test("a camera without a touch screen is as it was: no map, no question", async ({ page }) => {
  await page.addInitScript(() =>
    Object.assign(DeviceOrientationEvent, { requestPermission: () => Promise.reject(new Error("not to be asked")) }),
  );
  await openPage(page);
  await page.evaluate(() => window.lightprobeDemo!.setSource("camera"));
  await expect(map(page)).toBeHidden();
  await expect(page.locator("#status")).toBeEmpty();
});

/** Drags over the map between positions [parts of its width and height]. */
async function drag(page: Page, positions: readonly (readonly [number, number])[]): Promise<void> {
  const { x, y, width, height } = (await page.locator("#map").boundingBox())!;
  for (const [i, [across, down]] of positions.entries()) {
    await page.mouse.move(x + across * width, y + down * height);
    if (i === 0) await page.mouse.down();
    await page.waitForTimeout(100); // each position is looked at
  }
  await page.mouse.up();
}

const SWEEP = Array.from({ length: 17 }, (_, i) => [(i % 9) / 8.01, i < 9 ? 0.33 : 0.67] as const);

test.describe("a simulated phone", () => {
  test.use({ viewport: { width: 961, height: 501 } }); // software rendering of a large view is slow

  test("looks around in a panorama, beside the truth of the whole", async ({ page }) => {
    test.setTimeout(240_000);
    await openPage(page, `&panorama=${AROUND}`);
    const whole = await coeffs(page);
    await page.evaluate(() => window.lightprobeDemo!.set("comparison", "plain | truth"));
    const truth = await page.evaluate(() => [...window.lightprobeDemo!.truth!.coeffs]);
    await page.getByLabel("Look around as with a phone").check();
    await expect(map(page)).toBeVisible();
    expect(await page.evaluate(() => window.lightprobeDemo!.state.comparison)).toBe("estimate | truth");
    await expect(page.locator("#map-text")).toContainText("Drag over the map");
    const first = { seen: await seen(page), error: error(await coeffs(page), truth) };
    expect(first.seen).toBeLessThan(15);
    await drag(page, SWEEP);
    await expect.poll(() => seen(page)).toBeGreaterThan(70);
    await page.evaluate(() => window.lightprobeDemo!.idle());
    expect((await drawn(page)).share).toBeGreaterThan(0.55);
    expect(error(await coeffs(page), truth)).toBeLessThan(0.4 * first.error);
    await page.locator("#map").focus();
    const { yaw } = await page.evaluate(() => window.lightprobeDemo!.state);
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => window.lightprobeDemo!.state.yaw)).toBeCloseTo(yaw + 10, 6);
    await page.getByLabel("Look around as with a phone").uncheck();
    await expect(map(page)).toBeHidden();
    await page.evaluate(() => window.lightprobeDemo!.idle());
    expect(distance(await coeffs(page), whole)).toBeLessThan(1e-6);
  });

  test("starts anew with another exposure of an HDR file, and ends with its panorama", async ({ page }) => {
    await openPage(page);
    await page.evaluate(() => window.lightprobeDemo!.setSource("hdr"));
    await page.getByLabel("Look around as with a phone").check();
    await expect(map(page)).toBeVisible();
    await drag(page, SWEEP.slice(0, 5));
    const many = await seen(page);
    await page.evaluate(() => window.lightprobeDemo!.set("pictureExposure", -1));
    await expect.poll(() => seen(page)).toBeLessThan(many / 2);
    await page.evaluate(() => window.lightprobeDemo!.setSource("panorama", "venice_sunset"));
    await expect(map(page)).toBeHidden();
    expect(await page.evaluate(() => window.lightprobeDemo!.state.turning)).toBe(false);
    await page.evaluate(() => window.lightprobeDemo!.setSource("video"));
    await expect(page.getByLabel("Look around as with a phone")).toBeHidden();
  });
});

for (const [size, settings] of Object.entries({
  "1440x900": { viewport: { width: 1440, height: 900 } },
  "390x844": PHONE,
  "844x390": { ...PHONE, viewport: { width: 844, height: 390 } },
})) {
  test.describe(size, () => {
    test.use(settings);

    for (const theme of ["dark", "light"] as const) {
      test(`${theme}: the map is readable, accessible, and beside the objects`, async ({ page }) => {
        await page.emulateMedia({ colorScheme: theme });
        await openPage(page, `&panorama=${AROUND}`);
        await page.evaluate(() => window.lightprobeDemo!.set("turning", true));
        await expect(map(page)).toBeVisible();
        for (const yaw of [0, 40, 80, 120]) {
          await page.evaluate((yaw) => window.lightprobeDemo!.set("yaw", yaw), yaw);
        }
        expect(await violations(page)).toEqual([]);
        expect((await leastContrast(page))[0]).toBeGreaterThanOrEqual(4.5);
        const box = (await map(page).boundingBox())!;
        for (const other of ["header", "#card", "#controls", "#sources", "#panes .label:visible"]) {
          for (const each of await page.locator(other).all()) {
            const { x, y, width, height } = (await each.boundingBox())!;
            const apart =
              x >= box.x + box.width || box.x >= x + width || y >= box.y + box.height || box.y >= y + height;
            expect(apart, other).toBe(true);
          }
        }
      });
    }
  });
}
