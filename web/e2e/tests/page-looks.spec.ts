/** The page at three sizes and in two themes: what is where, how large and how readable it is; and screenshots. */

import { expect, test } from "../support/fixtures";
import { openPage } from "../support/look";
import { leastContrast, violations } from "../support/readability";

const SIZES = {
  "1440x900": { viewport: { width: 1440, height: 900 } },
  "1024x768": { viewport: { width: 1024, height: 768 } },
  "390x844": { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
/** Software rendering differs slightly between machines: up to 2 % of the pixels. */
const ALIKE = { maxDiffPixelRatio: 0.02, threshold: 0.2 };
const PANELS = "#left > *, #controls, #sources";

for (const [size, settings] of Object.entries(SIZES)) {
  test.describe(size, () => {
    test.use(settings);

    for (const theme of ["dark", "light"] as const) {
      test(`${theme}: readable, accessible, and as it was`, async ({ page }) => {
        await page.emulateMedia({ colorScheme: theme });
        await openPage(page, "&panorama=rooitou_park");
        // out of focus it is a smaller picture
        if (theme === "light") await page.evaluate(() => window.lightprobeDemo!.set("background", "soft"));
        await expect(page).toHaveScreenshot(`page-${size}-${theme}.png`, ALIKE);
        expect(await violations(page)).toEqual([]);
        for (const details of await page.locator("details").all()) {
          await details.evaluate((each: HTMLDetailsElement) => {
            each.open = true;
          });
        }
        expect((await leastContrast(page))[0]).toBeGreaterThanOrEqual(4.5);
        expect(await violations(page)).toEqual([]);
      });
    }

    test("the objects stand where no panel is", async ({ page }) => {
      await openPage(page, "&panorama=rooitou_park");
      for (const comparison of ["estimate", "plain | estimate", "plain | estimate | truth"] as const) {
        await page.evaluate((comparison) => window.lightprobeDemo!.set("comparison", comparison), comparison);
        const covered = await page.evaluate((panels) => {
          const demo = window.lightprobeDemo!;
          const found: string[] = [];
          let balls = 0;
          demo.view!.objects.group.traverse((each) => {
            if (!each.name.endsWith(" ball")) return;
            balls++;
            const { elements } = each.matrixWorld;
            const radius = each.scale.x;
            const [x, y] = demo.project(elements[12], elements[13], elements[14]);
            const [, top] = demo.project(elements[12], elements[13] + radius, elements[14]);
            const reach = Math.abs(y - top);
            for (const panel of document.querySelectorAll(panels)) {
              const { left, right, top, bottom } = panel.getBoundingClientRect();
              const [dx, dy] = [Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)];
              if (Math.hypot(dx, dy) < reach)
                found.push(`${each.name} at ${x | 0}, ${y | 0}: ${panel.id || panel.tagName}`);
            }
            if (x - reach < 0 || x + reach > innerWidth) found.push(`${each.name} at ${x | 0} is cut off`);
          });
          return { found, balls };
        }, PANELS);
        expect(covered.found, comparison).toEqual([]);
        expect(covered.balls).toBe(3 * comparison.split(" | ").length); // the same ones in each light
      }
    });
  });
}

test.describe("a phone", () => {
  test.use(SIZES["390x844"]);

  test("everything that is touched is at least 44 pixels large", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    const small = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("button, summary, .row, [role=slider]")]
          .filter((each) => each.checkVisibility())
          .map((each) => [each, each.getBoundingClientRect()] as const)
          .filter(([each, { width, height }]) => height < 43.5 || (width < 43.5 && !each.matches(".handle")))
          .map(([each, { width, height }]) => `${each.textContent}: ${width}×${height}`),
      );
    for (const sheet of ["#card-details", "#controls-details"]) {
      await page.locator(`${sheet} > summary`).tap();
      for (const folder of await page.locator(`${sheet} details`).all()) {
        await folder.evaluate((each: HTMLDetailsElement) => {
          each.open = true;
        });
      }
      expect(await small()).toEqual([]);
      await page.locator(`${sheet} > summary`).tap();
    }
  });

  test("one sheet at a time, and two large buttons", async ({ page }) => {
    await openPage(page, "&panorama=rooitou_park");
    for (const name of ["Camera", "Open photo"]) {
      const box = (await page.getByRole("button", { name, exact: true }).boundingBox())!;
      expect(box.width).toBeGreaterThan(150);
      expect(box.height).toBeGreaterThanOrEqual(54);
    }
    await page.locator("#card-details > summary").tap();
    await expect(page.locator("#summary")).toBeInViewport();
    // the other pill is above the open sheet's edge or below it: opened by its element
    await page.locator("#controls-details").evaluate((each: HTMLDetailsElement) => {
      each.open = true;
    });
    await expect(page.locator("#card-details")).not.toHaveAttribute("open");
  });
});

test("nothing stands at the edge while the page is loading", async ({ page }) => {
  await page.route("**/panoramas/*.jpg", () => {}); // the picture never comes
  await page.goto("?test");
  await expect(page.locator("#sources .panorama").first()).toBeVisible();
  await expect(page.locator("#panes .label, #panes .handle").first()).toBeHidden();
  await expect(page.locator("#panes > :visible")).toHaveCount(0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
