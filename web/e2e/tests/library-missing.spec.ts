/** The estimator in a real browser whose files are missing or damaged: an error that names them, and no silent fallback. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page, Route } from "@playwright/test";
import type { Encoded } from "../pages/library";
import { data, expect, test } from "../support/fixtures";
import { ROOT } from "../support/settings";
import { serveFolder } from "../support/static-server";

const SUN = data<Record<string, Encoded>>("parity").sun;
const REFUSED = /Failed to load resource/;

/** The error of creating an estimator. */
const failure = (page: Page, model?: string) =>
  page.evaluate((model) => lib.failureOf(lib.createEstimator({ model })), model);

test.describe("missing files", () => {
  test.use({ provoked: REFUSED });
  const missing = (route: Route) => route.fulfill({ status: 404, body: "gone" });

  test("without its WebAssembly: an error, and no silent fallback; plain needs none", async ({ library }) => {
    await library.context().route(/\.wasm/, missing);
    const error = await failure(library);
    expect(error).toMatchObject({ code: "wasm" });
    expect(error.message).toMatch(/lightprobe.*\.wasm: download failed: HTTP 404; check the address$/);
    expect(await failure(library, "plain")).toMatchObject({ name: "none" });
  });

  test("without the model's network", async ({ library }) => {
    await library.context().route(/model.*\.bin/, missing);
    expect(await failure(library)).toMatchObject({ code: "model" });
  });

  test("with half of the network", async ({ library }) => {
    const network = readFileSync(`${ROOT}src/lightprobe/pretrained/model.bin`);
    await library.context().route(/model.*\.bin/, (route) => route.fulfill({ body: network.subarray(0, 1000) }));
    expect(await failure(library)).toMatchObject({ code: "model" });
  });

  test("a folder without model.bin, and no onnxruntime: the error names the package", async ({ library }) => {
    const graph = readFileSync(`${ROOT}src/lightprobe/pretrained/model.onnx`);
    const manifest = JSON.parse(readFileSync(`${ROOT}src/lightprobe/pretrained/manifest.json`, "utf8"));
    delete manifest.files.compact;
    delete manifest.sha256.compact;
    await library.context().route(/foreign\/manifest\.json/, (route) => route.fulfill({ json: manifest }));
    await library.context().route(/foreign\/model\.onnx/, (route) => route.fulfill({ body: graph }));
    const error = await failure(library, "foreign/");
    expect(error).toMatchObject({ code: "wasm" });
    expect(error.message).toMatch(/needs the package onnxruntime-web; serve its ort\.wasm\.bundle\.min\.mjs/);
    const opened = library.evaluate(async () => {
      const onnxruntime = "../onnxruntime/ort.wasm.bundle.min.mjs";
      return (await lib.createEstimator({ model: "foreign/", onnxruntime })).provider;
    });
    expect(await opened).toBe("wasm");
  });

  for (const [format, remedy] of [
    [1, "export the model again"],
    [3, "update lightprobe"],
  ] as const) {
    test(`with a manifest of format ${format}`, async ({ library }) => {
      await library.context().route(/manifest.*\.json/, (route) => route.fulfill({ json: { format } }));
      const error = await failure(library);
      expect(error.code).toBe("model");
      expect(error.message).toContain(`expected format 2, got ${format}; ${remedy}`);
    });
  }

  test("without the tables of a tone curve: that picture fails, the next does not", async ({ library }) => {
    await library.context().route(/agx.*\.npz/, missing);
    const [error, then] = await library.evaluate(async (picture) => {
      const estimator = await lib.createEstimator();
      const error = await lib.failureOf(estimator.estimate(lib.imageOf(picture), { response: "agx" }));
      return [error, await lib.failureOf(estimator.estimate(lib.imageOf(picture)))];
    }, SUN);
    expect(error).toMatchObject({ name: "LightprobeError", code: "model" });
    expect(then.name).toBe("none");
  });
});

test("without the worker's script", async ({ browser }) => {
  // routes do not see a worker's own script, so the file is removed
  const folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
  cpSync(fileURLToPath(new URL("../dist", import.meta.url)), folder, { recursive: true });
  for (const name of readdirSync(join(folder, "assets"))) {
    if (name.startsWith("worker-")) rmSync(join(folder, "assets", name));
  }
  const server = await serveFolder(folder);
  const page = await browser.newPage();
  await page.goto(`${server.url}pages/library.html`);
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  expect(await failure(page)).toMatchObject({ name: "LightprobeError", code: "worker" });
  await page.close();
  await server.close();
  rmSync(folder, { recursive: true });
});
