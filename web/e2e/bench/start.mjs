// How long a fresh page waits for its first light: version 0.1.0 and this one, in turn, in one run.
//
//     npm run build -w lightprobe && npm run start -w lightprobe-e2e
//
// 0.1.0 is built from its commit. Both are bundled by Vite and served without a cache; each round opens a new browser context.
// Writes benchmarks/results/start.json.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "vite";
import { serve, spread } from "./measure.mjs";
import { saveResult } from "./record.mjs";

const BEFORE = "2a5da1e"; // the last commit of 0.1.0
const ROUNDS = 15;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const work = join(here, "..", ".start"); // inside the workspace, so that its TypeScript and Vite are found

const PAGE = `<!doctype html><link rel="icon" href="data:," /><script type="module" src="./main.js"></script>`;
const MAIN = (entry, options) => `import { createEstimator } from "${entry}";
const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 128 });
const context = canvas.getContext("2d");
context.fillStyle = "#445566";
context.fillRect(0, 0, 256, 128);
context.fillStyle = "#ffeecc";
context.fillRect(64, 8, 64, 40);
context.getImageData(0, 0, 1, 1);
const start = performance.now();
const estimator = await createEstimator(${options});
const ready = performance.now();
const { coeffs } = await estimator.estimate(canvas);
const end = performance.now();
window.times = { "to an estimator": ready - start, "first estimate": end - ready, together: end - start, "since navigation": end };
window.coeffs = Array.from(coeffs);
`;

/** Builds a page with the package in a folder. */
async function buildPage(name, installed, entry = "lightprobe", options = "") {
  const page = join(work, name);
  mkdirSync(join(page, "node_modules"), { recursive: true });
  symlinkSync(installed, join(page, "node_modules", "lightprobe"));
  writeFileSync(join(page, "index.html"), PAGE);
  writeFileSync(join(page, "main.js"), MAIN(entry, options));
  await build({
    root: page,
    base: "./",
    configFile: false,
    logLevel: "error",
    worker: { format: "es" }, // 0.1.0 needs it
    build: { outDir: join(page, "built"), target: "es2022" },
  });
  return join(page, "built");
}

rmSync(work, { recursive: true, force: true });
mkdirSync(join(work, "source"), { recursive: true });
const archive = ["archive", BEFORE, "web/packages", "web/tsconfig.base.json", "src/lightprobe", "LICENSE"];
const tar = execFileSync("git", ["-C", root, ...archive], { maxBuffer: 1e9 });
execFileSync("tar", ["-x", "-C", join(work, "source")], { input: tar });
execFileSync(process.execPath, ["build.mjs"], {
  cwd: join(work, "source", "web", "packages", "core"),
  stdio: "inherit",
});

const core = join(root, "web", "packages", "core");
if (!existsSync(join(core, "dist")))
  throw new Error("expected packages/core/dist, got none; npm run build -w lightprobe");
cpSync(join(core, "dist"), join(work, "new", "dist"), { recursive: true });
cpSync(join(core, "package.json"), join(work, "new", "package.json"));
const pages = {
  "0.1.0": await buildPage("before", join(work, "source", "web", "packages", "core")),
  "`lightprobe`": await buildPage("now", join(work, "new")),
  "`lightprobe/standalone`": await buildPage("standalone", join(work, "new"), "lightprobe/standalone"),
  "`lightprobe/standalone`, on the page's thread": await buildPage(
    "main",
    join(work, "new"),
    "lightprobe/standalone",
    '{ thread: "main" }',
  ),
};
const names = Object.fromEntries(Object.keys(pages).map((name, i) => [`page${i}`, name]));
const server = await serve(Object.fromEntries(Object.entries(names).map(([path, name]) => [path, pages[name]])));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update"],
});
const times = {};
for (let round = -2; round < ROUNDS; round++) {
  for (const [path, name] of Object.entries(names)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}${path}/`);
    await page.waitForFunction(() => window.times, null, { polling: 20 });
    if (round >= 0) times[name] = [...(times[name] ?? []), await page.evaluate(() => window.times)];
    await context.close();
  }
}
const results = {
  rounds: ROUNDS,
  times: Object.fromEntries(
    Object.entries(times).map(([name, rows]) => [
      name,
      Object.fromEntries(
        Object.keys(rows[0]).map((key) => [
          key,
          spread(
            rows.map((row) => row[key]),
            "_ms",
          ),
        ]),
      ),
    ]),
  ),
  "times faster than 0.1.0": Object.fromEntries(
    Object.entries(times)
      .filter(([name]) => name !== "0.1.0")
      .map(([name, rows]) => [name, spread(rows.map((row, i) => times["0.1.0"][i].together / row.together))]),
  ),
};
await browser.close();
server.close();
rmSync(work, { recursive: true, force: true });
saveResult("start", browser.version(), results, { before: BEFORE });
console.log(JSON.stringify(results, null, 2));
