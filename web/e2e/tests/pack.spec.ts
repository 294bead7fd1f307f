/** The archive that npm would publish, in small apps. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { listen } from "../support/quiet";
import { type StaticServer, serveFolder } from "../support/static-server";

const PACK = fileURLToPath(new URL("../.pack/", import.meta.url));

interface Facts {
  /** Of what a page loads [bytes], compressed by brotli; pack/sizes.mjs. */
  sizes: Record<string, number>;
  files: string[];
  arithmeticScripts: string[];
}

let facts: Facts;
let server: StaticServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  execFileSync(process.execPath, [fileURLToPath(new URL("../pack/pack.mjs", import.meta.url))], { stdio: "inherit" });
  facts = JSON.parse(readFileSync(`${PACK}sizes.json`, "utf8"));
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
    "dist/standalone.js",
    "dist/standalone/index.d.ts",
    "dist/assets/worker.js",
    "dist/assets/extras.js",
    "dist/assets/surround.js",
    "dist/assets/lightprobe.wasm",
    "dist/assets/model/manifest.json",
    "dist/assets/model/model.bin",
  ]) {
    expect(facts.files).toContain(file);
  }
  expect(facts.files.filter((file) => /(^|\/)(src|tests|node_modules|native)\/|\.map$|\.onnx$/.test(file))).toEqual([]);
});

test("the package depends on no other", () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(`${PACK}node_modules/lightprobe/package.json`, "utf8"),
  );
  expect(dependencies).toBeUndefined();
  for (const peer of Object.keys(peerDependencies)) expect(peerDependenciesMeta[peer]).toEqual({ optional: true });
});

test("a page loads at most 120 kB until its first light, by brotli", () => {
  const { sizes } = facts;
  for (const part of ["script", "wasm", "model"]) expect(sizes[part]).toBeGreaterThan(3_000); // or it was not there
  expect(sizes.together).toBeLessThanOrEqual(120_000);
  expect(sizes.standalone, "the same, with the code for picture files").toBeLessThanOrEqual(165_000);
  expect(sizes.extras, "files, radiance, plain, AgX and Filmic, foreign networks").toBeLessThanOrEqual(26_000);
  expect(sizes.surroundCode, "the law of surrounds").toBeLessThanOrEqual(9_000);
  for (const door of ["live", "surround", "three", "react", "environment"])
    expect(sizes[door], door).toBeLessThanOrEqual(5_000);
  for (const door of ["watch", "provider", "babylon", "playcanvas"])
    expect(sizes[door], door).toBeLessThanOrEqual(6_000);
  expect(sizes.xr, "xr").toBeLessThanOrEqual(7_000);
  for (const door of ["estimatedLight", "fiber"]) expect(sizes[door], door).toBeLessThanOrEqual(13_000);
});

test("the README's table has these sizes, within 2 %", () => {
  const readme = readFileSync(fileURLToPath(new URL("../../packages/core/README.md", import.meta.url)), "utf8");
  const table = readme.split("<!-- sizes -->")[1].split("<!-- end of sizes -->")[0];
  const written = [...table.matchAll(/\| +(?:\+ )?([\d.]+) kB \|/g)].map(([, number]) => 1000 * Number(number));
  const measured = Object.values(facts.sizes);
  expect(written).toHaveLength(measured.length);
  const wrong = measured.filter((bytes, i) => Math.abs(bytes - written[i]) > 0.02 * bytes + 50);
  expect(wrong, "node e2e/pack/pack.mjs --readme writes it again").toEqual([]);
});

test("API.md has every public name, with its TSDoc", () => {
  const script = fileURLToPath(new URL("../../packages/core/api.mjs", import.meta.url));
  execFileSync(process.execPath, [script, "--check"]);
});

test("arithmetic alone is below 5 kB, without worker, model or tables", () => {
  expect(facts.sizes.arithmetic).toBeLessThan(5_000);
  // Vite copies the files in `new URL` before it drops the code around it; no script may request them.
  expect(facts.arithmeticScripts.join("")).toContain("output");
  expect(facts.arithmeticScripts.join("")).not.toMatch(/Worker|onnx|\.wasm|\.npz|manifest/);
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
