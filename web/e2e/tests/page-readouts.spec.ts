/** The read-outs: whose light they describe, in which words and which language, and that they fit. */

import { readFileSync } from "node:fs";
import { distance, expect, test } from "../support/fixtures";
import { look, openPage } from "../support/look";
import { ROOT } from "../support/settings";

test("an HDR file: its exact light is described, copied and saved, and labeled so", async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openPage(page, "&panorama=dikhololo_night");
  await page.evaluate(
    async (data) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      await window.lightprobeDemo!.setSource("hdr", new File([bytes], "park.hdr"));
    },
    readFileSync(`${ROOT}samples/rooitou_park.hdr`).toString("base64"),
  );
  const truth = await page.evaluate(() => [...window.lightprobeDemo!.truth!.coeffs]);
  const { numbers, coeffs, facts } = await look(page);
  expect(distance(coeffs, truth)).toBeGreaterThan(0.1); // the estimate is another light
  expect(distance(numbers.trim().split(/\s+/).map(Number), truth)).toBeLessThan(1e-4);
  expect(facts.response).toBe("linear");
  await expect(page.locator("#readout option:checked")).toHaveText("exact, from the HDR file");
  await expect(page.locator("#summary")).toContainText("exact");
  await page.locator("#numbers > summary").click();
  await page.locator("#copy").click();
  await expect(page.locator("#status")).toContainText("27 numbers");
  expect(distance(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), truth)).toBeLessThan(1e-6);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save-json").click()]);
  expect(JSON.parse(readFileSync(await download.path(), "utf8"))).toMatchObject({ kind: "exact", clipped: 0 });
  await page.locator("#readout").selectOption("estimate");
  await page.evaluate(() => window.lightprobeDemo!.idle());
  const estimated = (await look(page)).numbers.trim().split(/\s+/).map(Number);
  expect(distance(estimated, coeffs)).toBeLessThan(1e-4);
});

test("the truth of a panorama has its sun", async ({ page }) => {
  await openPage(page, "&panorama=spruit_sunrise");
  await page.evaluate(() => window.lightprobeDemo!.set("comparison", "estimate | truth"));
  const { share, y } = await page.evaluate(() => {
    const { light } = window.lightprobeDemo!.truth!;
    return { share: light.share, y: light.direction[1] };
  });
  expect(share).toBeGreaterThan(0.5);
  expect(y).toBeGreaterThan(0);
  expect(y).toBeLessThan(0.3); // a sunrise
});

test("everything that is open fits into the card at 1440 × 900", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openPage(page, "&panorama=rooitou_park");
  for (const id of ["details", "numbers"]) await page.locator(`#${id} > summary`).click();
  const outside = await page.evaluate(() => {
    const card = document.querySelector("#card-details")!;
    const right = card.getBoundingClientRect().right;
    const scrolls = card.scrollHeight <= card.clientHeight || getComputedStyle(card).overflowY === "auto";
    const wide = [...card.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > right + 1);
    const numbers = document.querySelector("#coeffs")!;
    return {
      scrolls,
      wide: wide.map((each) => each.id || each.className || each.tagName),
      cut: numbers.scrollWidth > numbers.clientWidth + 1 || numbers.scrollHeight > numbers.clientHeight + 1,
      below:
        document.querySelector("#left")!.getBoundingClientRect().bottom >
        document.querySelector("#sources")!.getBoundingClientRect().top,
    };
  });
  expect(outside).toEqual({ scrolls: true, wide: [], cut: false, below: false });
});

test("German, by the link and by the browser", async ({ page, browser }) => {
  await openPage(page, "&panorama=rooitou_park&lang=de");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.locator("#summary")).toContainText("des Lichts");
  await expect(page.getByRole("button", { name: "Kamera" })).toBeVisible();
  const context = await browser.newContext({ locale: "de-AT" });
  const other = await context.newPage();
  await openPage(other, "", page.url().split("?")[0]);
  await expect(other.locator("#controls summary").first()).toHaveText("Einstellungen");
  await context.close();
});
