/** `lightprobe demo --model folder`: another model in the page, without a new build. */

import { execFileSync, spawn } from "node:child_process";
import { expect, test } from "@playwright/test";
import { DATA, LIGHTPROBE, PYTHON, ROOT } from "../support/settings";

test("another model replaces the shipped one", async ({ browser }) => {
  const folder = `${DATA}mobilenet`;
  execFileSync(PYTHON, [`${ROOT}tools/web/make_mobilenet.py`, "--out", folder]);
  const server = spawn(LIGHTPROBE, ["demo", "--no-open", "--port", "0", "--model", folder]);
  const page = await browser.newPage();
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = "";
      server.stdout.on("data", (chunk) => {
        output += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(output);
        if (found) resolve(found[0]);
      });
      server.on("exit", () => reject(new Error(`the server did not start: ${output}`)));
    });
    await page.goto(`${url}?test&reflections=off`);
    await page.evaluate(() => window.lightprobeDemo?.ready);
    await expect(page.locator("[data-fact=model]")).toHaveText("mobilenet_v2");
    expect(await page.evaluate(() => window.lightprobeDemo?.light?.coeffs.length)).toBe(27);
  } finally {
    await page.close();
    server.kill("SIGINT");
  }
});
