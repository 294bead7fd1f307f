/** `lightprobe demo --model folder`: another model in the page, without a new build. */

import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { startDemo } from "../support/demo-server";
import { visit } from "../support/look";
import { holdPhone, PHONE } from "../support/phone";
import { BROWSER_WITH_CAMERA, DATA, PYTHON, ROOT } from "../support/settings";

test.use({ launchOptions: BROWSER_WITH_CAMERA });

test("another model replaces the shipped one", async ({ browser }) => {
  const folder = `${DATA}mobilenet`;
  execFileSync(PYTHON, [`${ROOT}tools/web/make_mobilenet.py`, "--out", folder]);
  const demo = await startDemo("--model", folder);
  const page = await browser.newPage(PHONE);
  try {
    await visit(page, `${demo.url}?test`);
    await page.evaluate(() => window.lightprobeDemo?.ready);
    await expect(page.locator("[data-fact=model]")).toHaveText("mobilenet_v2");
    expect(await page.evaluate(() => window.lightprobeDemo?.light?.coeffs.length)).toBe(27);
    // it takes whole pictures only: a phone that turns has the light of one frame
    await holdPhone(page, false);
    await page.evaluate(() => window.lightprobeDemo?.setSource("camera"));
    await expect.poll(() => page.evaluate(() => window.lightprobeDemo?.light?.seen)).toBeLessThan(0.3);
    await expect(page.locator("#status")).toBeEmpty();
    await expect(page.locator("#surround")).toBeHidden();
  } finally {
    await page.close();
    await demo.close();
  }
});
