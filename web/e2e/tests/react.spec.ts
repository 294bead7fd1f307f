/** The React hook in a development build: StrictMode mounts twice, and no worker may be left over. */

import { expect, test } from "@playwright/test";

test("StrictMode leaves one worker while mounted and none afterwards", async ({ page }) => {
  let started = 0;
  page.on("worker", () => started++);
  await page.goto("pages/react.html");
  await expect(page.getByRole("status")).toHaveText("3.545", { timeout: 30_000 }); // √(4π): white all around
  expect(started, "StrictMode mounts twice").toBe(2);
  await expect.poll(() => page.workers().length).toBe(1);
  await page.mouse.click(5, 5);
  await expect.poll(() => page.workers().length).toBe(0);
});
