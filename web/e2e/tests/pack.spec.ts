/** The archive that npm would publish, in small apps. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { listen } from "../support/quiet";
import { type StaticServer, serveFolder } from "../support/static-server";

const PACK = fileURLToPath(new URL("../.pack/", import.meta.url));

interface Sizes {
  usual: number;
  whole: number;
  late: number;
  arithmetic: number;
  files: string[];
  arithmeticScripts: string[];
}

let sizes: Sizes;
let server: StaticServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  execFileSync(process.execPath, [fileURLToPath(new URL("../pack/pack.mjs", import.meta.url))], { stdio: "inherit" });
  sizes = JSON.parse(readFileSync(`${PACK}sizes.json`, "utf8"));
  server = await serveFolder(`${PACK}built/whole`);
});

test.afterAll(() => server?.close());

test("the archive holds the built files, and nothing else", () => {
  for (const file of [
    "LICENSE",
    "README.md",
    "package.json",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/model/model.onnx",
  ]) {
    expect(sizes.files).toContain(file);
  }
  expect(sizes.files.filter((file) => /(^|\/)(src|tests|node_modules)\/|\.map$/.test(file))).toEqual([]);
});

test("an app that estimates and lights a scene starts with at most 28.5 kB without onnxruntime, gzipped", () => {
  expect(sizes.usual).toBeGreaterThan(5_000); // or it was not in the bundle
  expect(sizes.usual).toBeLessThanOrEqual(28_500); // 3 kB of it for parts of panoramas, and for HDR that has lost light
  // 29 kB, and 2 kB of follow(): several estimators on one frame, kept frames, a frame again
  expect(sizes.whole, "all exports and this app; the arithmetic is there twice, in page and worker").toBeLessThan(
    36_000,
  );
  expect(sizes.late, "gain maps, metadata and looks, with the first file").toBeGreaterThan(5_000);
  expect(sizes.late).toBeLessThanOrEqual(15_000);
});

test("arithmetic alone is below 6 kB, without worker, model or tables", () => {
  expect(sizes.arithmetic).toBeLessThan(6_000);
  // Vite copies the files in `new URL` before it drops the code around it; no script may request them.
  expect(sizes.arithmeticScripts).toHaveLength(1);
  expect(sizes.arithmeticScripts[0]).not.toMatch(/Worker|onnx|\.wasm|\.npz|manifest/);
});

test("all exports work in a built page, without requests to other origins", async ({ page }) => {
  const noises = listen(page, server.url);
  await page.goto(server.url);
  const output = page.locator("output");
  await expect(output).not.toBeEmpty({ timeout: 60_000 });
  const text = await output.textContent();
  expect(text).toMatch(/^\{/);
  const answer = JSON.parse(text ?? "");
  expect(answer).toMatchObject({ provider: "wasm", cmgen: 27, error: "source" });
  expect(answer.followed).toEqual(answer.coeffs);
  answer.probe.forEach((value: number, i: number) => {
    expect(value).toBeCloseTo(answer.coeffs[i], 6);
  });
  expect(answer.inside).toBeCloseTo(0.5 * Math.sqrt(4 * Math.PI), 3);
  await expect(page.locator("#react")).toHaveText(/^\d\.\d{3}$/);
  expect(noises).toEqual({ complaints: [], strangers: [] });
});
