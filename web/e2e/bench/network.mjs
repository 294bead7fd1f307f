/**
 * Measures the network alone in Node and in a worker of Chromium, and writes benchmarks/results/network_web.json:
 *
 *     npm run network -w lightprobe-e2e [rounds]
 */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { rolldown } from "rolldown";
import { build, preview } from "vite";
import { saveResult } from "./record.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const ROOT = at("../../../");
const ROUNDS = Number(process.argv[2] ?? 400);
const FILES = [
  `${ROOT}src/lightprobe/pretrained/model.bin`,
  `${ROOT}src/lightprobe/pretrained/model.onnx`,
  at("../../packages/core/native/lightprobe.wasm"),
];
/** onnxruntime-web, which the worker imports. */
const RUNTIME = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"].map(
  (name) => `${ROOT}web/node_modules/onnxruntime-web/dist/${name}`,
);
const manifest = JSON.parse(readFileSync(`${ROOT}src/lightprobe/pretrained/manifest.json`, "utf8"));

const round = (value) => Number(value.toFixed(4));
const quantile = (values, q) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(q * (sorted.length - 1))];
};
const quartiles = (values, unit) => ({
  [`median${unit}`]: round(quantile(values, 0.5)),
  [`q1${unit}`]: round(quantile(values, 0.25)),
  [`q3${unit}`]: round(quantile(values, 0.75)),
});
const ratio = (theirs, ours) =>
  quartiles(
    theirs.map((time, i) => time / ours[i]),
    "",
  );

const summary = ({ times, first, difference }) => ({
  ...Object.fromEntries(Object.entries(times).map(([name, each]) => [name, quartiles(each, "_ms")])),
  "times faster": ratio(times.onnxruntime, times.kernels),
  "times faster, curve told": ratio(times["onnxruntime, curve told"], times["kernels, curve told"]),
  "times faster, every 16 ms": ratio(times["onnxruntime, every 16 ms"], times["kernels, every 16 ms"]),
  "kernels, from bytes to the first answer_ms": round(first),
  "largest difference of coefficients": Number(difference.toPrecision(2)),
});

/** Node reads no TypeScript: the race is bundled, in a folder where Node finds onnxruntime-web. */
async function inNode() {
  const file = at("../.race/race.mjs");
  const bundle = await rolldown({ input: at("race.js"), resolve: { extensionAlias: { ".js": [".ts", ".js"] } } });
  await bundle.write({ file });
  await bundle.close();
  const { race } = await import(file);
  const [compact, graph, wasm] = FILES.map((path) => new Uint8Array(readFileSync(path)).buffer);
  const found = await race({ manifest, compact, graph, wasm, onnxruntime: "onnxruntime-web/wasm" }, ROUNDS);
  rmSync(at("../.race"), { recursive: true });
  return found;
}

/** In a page that nobody shares a process with, so that clocks are fine. */
async function inChromium() {
  const folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const settings = { root: at("."), configFile: false, logLevel: "warn", base: "./" };
  const output = { entryFileNames: "[name].js" };
  await build({
    ...settings,
    build: {
      outDir: folder,
      target: "es2022",
      assetsInlineLimit: 0,
      rolldownOptions: { input: at("race-worker.js"), output },
    },
  });
  for (const path of [...FILES, ...RUNTIME]) cpSync(path, join(folder, path.split("/").at(-1)));
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  const server = await preview({ ...settings, build: { outDir: folder }, preview: { host: "127.0.0.1", headers } });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless=new", "--no-sandbox"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls.local[0]);
    const found = await page.evaluate(
      ([document, names, rounds]) =>
        new Promise((resolve, reject) => {
          const worker = new Worker("./race-worker.js", { type: "module" });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          const urls = names.map((name) => new URL(name, location.href).href);
          worker.postMessage({ manifest: document, urls, rounds });
        }),
      [manifest, FILES.map((path) => path.split("/").at(-1)), ROUNDS],
    );
    return { found, version: browser.version() };
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

const node = summary(await inNode());
const { found, version } = await inChromium();
const { version: onnxruntime } = JSON.parse(
  readFileSync(`${ROOT}web/node_modules/onnxruntime-web/package.json`, "utf8"),
);
const results = { rounds: ROUNDS, model: manifest.version, Node: node, "Chromium, worker": summary(found) };
saveResult("network_web", version, results, {
  machine: { node: process.version },
  versions: { "onnxruntime-web": onnxruntime },
});
console.log(JSON.stringify(results, null, 2));
