/**
 * How long a frame takes from its pixels to coefficients, in Chromium: this commit, 0.2.0 before its own kernels, and 0.1.0, each
 * in a worker of the same page, in turn, a frame every 16 ms. Writes benchmarks/results/frames.json.
 *
 * node web/e2e/bench/frames.mjs [rounds]
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "vite";
import { saveResult } from "./record.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 150);
const RELEASES = { "0.1.0": "2a5da1e", "0.2.0 before": "b5fbd18", now: null };
const STEPS = ["read", "prepare", "network", "light"];

const git = (...words) => execFileSync("git", ["-C", ROOT, ...words], { encoding: "utf8" }).trim();
const folder = mkdtempSync(join(tmpdir(), "lightprobe-frames-"));
const site = join(folder, "site");

/** Bundles the library of a commit, or of the working tree. */
async function bundle(name, commit) {
  const tree = commit ? join(folder, commit) : ROOT;
  const core = join(tree, "web", "packages", "core");
  if (commit) {
    git("worktree", "add", "--detach", tree, commit);
    symlinkSync(join(ROOT, "web", "node_modules"), join(tree, "web", "node_modules"));
  }
  try {
    execFileSync("node", [join(core, "build.mjs")], { stdio: "inherit" });
    const entry = join(core, "dist", "bench-entry.js");
    writeFileSync(entry, 'export { createEstimator } from "./index.js";\n');
    await build({
      root: core,
      base: "./",
      configFile: false,
      logLevel: "error",
      worker: { format: "es" },
      build: {
        outDir: join(site, name),
        assetsInlineLimit: 0,
        target: "es2022",
        rolldownOptions: { input: entry, preserveEntrySignatures: "strict", output: { entryFileNames: "library.js" } },
      },
    });
    rmSync(entry);
  } finally {
    if (commit) git("worktree", "remove", "--force", tree);
  }
}

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves the site; isolated, so that clocks are fine. */
function serve() {
  const server = createServer((request, response) => {
    const path = join(site, decodeURIComponent(new URL(request.url, "http://x").pathname));
    const isThere = existsSync(path);
    response.writeHead(isThere ? 200 : 404, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
    });
    response.end(isThere ? readFileSync(path) : "");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Runs in the page: the times of each source by each release [ms], round by round. */
async function measure([releases, rounds]) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 256, height: 128 });
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, 0, 128);
  for (const [at, color] of [[0, "#5a8fd8"], [0.45, "#cfe0f2"], [0.5, "#6b6350"], [1, "#2d2a22"]]) sky.addColorStop(at, color); // biome-ignore format: pairs
  context.fillStyle = sky;
  context.fillRect(0, 0, 256, 128);
  context.fillStyle = "#ffffff";
  context.fillRect(60, 20, 12, 10);
  const grain = context.getImageData(0, 0, 256, 128);
  for (let i = 0; i < grain.data.length; i++) if (i % 4 < 3) grain.data[i] += ((i * 7919) % 23) - 11;
  context.putImageData(grain, 0, 0);
  const [width, height] = [640, 480];
  const samples = Uint8Array.from({ length: 1.5 * width * height }, (_, i) =>
    i < width * height ? 60 + ((i % width) / width) * 120 + ((i * 7919) % 17) : 118 + ((i * 31) % 19),
  );
  const options = { format: "I420", codedWidth: width, codedHeight: height, timestamp: 0 };
  const camera = new VideoFrame(samples, options);
  let fov = 60;
  const sources = {
    "256×128 canvas": (estimator, target) => estimator.estimate(canvas, { target }),
    "256×128 canvas, AgX told": (estimator, target) => estimator.estimate(canvas, { response: "agx", target }),
    "640×480 camera": (estimator, target) => estimator.estimate(camera, { fov: 65, target }),
    "640×480 camera, a new field of view": (estimator, target) => {
      fov += 0.01;
      return estimator.estimate(camera, { fov, target });
    },
  };
  const estimators = {};
  const others = {}; // for new fields of view: earlier releases keep the geometry of one
  for (const name of releases) {
    const { createEstimator } = await import(`/${name}/library.js`);
    estimators[name] = await createEstimator();
    others[name] = await createEstimator();
  }
  const pause = () => new Promise((resolve) => setTimeout(resolve, 16));
  const times = {};
  const coeffs = {};
  const targets = {};
  for (let round = -20; round < rounds; round++) {
    for (const [source, run] of Object.entries(sources)) {
      for (const [name, estimator] of Object.entries(source.endsWith("view") ? others : estimators)) {
        await pause();
        const key = `${source} ${name}`;
        const estimate = await run(estimator, targets[key]);
        targets[key] = estimate;
        coeffs[source] ??= {};
        coeffs[source][name] = [...estimate.coeffs];
        times[source] ??= {};
        times[source][name] ??= [];
        if (round >= 0) times[source][name].push({ ...estimate.timing });
      }
    }
  }
  return { times, coeffs };
}

const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)];
  return low + (at % 1) * (sorted[Math.ceil(at)] - low);
};
const round = (value) => Number(value.toFixed(4));
const spread = (values) => ({
  median: round(quantile(values, 0.5)),
  q1: round(quantile(values, 0.25)),
  q3: round(quantile(values, 0.75)),
});

try {
  for (const [name, commit] of Object.entries(RELEASES)) await bundle(name, commit);
  writeFileSync(join(site, "index.html"), "<!doctype html><title>frames</title>");
  const server = await serve();
  const args = ["--headless=new", "--no-sandbox", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/index.html`);
  const { times, coeffs } = await page.evaluate(measure, [Object.keys(RELEASES), ROUNDS]);
  const results = Object.fromEntries(
    Object.entries(times).map(([source, byRelease]) => {
      const sum = (name, steps) => byRelease[name].map((row) => steps.reduce((all, step) => all + row[step], 0));
      const table = Object.fromEntries(
        Object.keys(byRelease).map((name) => [
          name,
          Object.fromEntries([
            ...STEPS.map((step) => [`${step}_ms`, spread(sum(name, [step]))]),
            ["read and prepare_ms", spread(sum(name, ["read", "prepare"]))],
            ["all_ms", spread(sum(name, STEPS))],
          ]),
        ]),
      );
      const faster = (name, steps) => {
        const [ours, theirs] = [sum("now", steps), sum(name, steps)];
        return spread(ours.map((value, i) => theirs[i] / value));
      };
      const before = Object.keys(byRelease).filter((name) => name !== "now");
      return [
        source,
        {
          ...table,
          "times faster": Object.fromEntries(
            before.map((name) => [
              name,
              { "read and prepare": faster(name, ["read", "prepare"]), all: faster(name, STEPS) },
            ]),
          ),
          "mean radiance, 0.1.0 and now": [coeffs[source]["0.1.0"][0], coeffs[source].now[0]].map(round),
        },
      ];
    }),
  );
  await browser.close();
  server.close();
  saveResult("frames", browser.version(), results, { rounds: ROUNDS });
  for (const [source, { "times faster": ratios, now }] of Object.entries(results)) {
    console.log(source, JSON.stringify(now.all_ms), JSON.stringify(ratios));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
