// How long a visitor of the demo page waits for light: version 0.1.0 and this one, and beside them a page with three.js and a
// white ball alone; in turn, in one run.
//
//     npm run build && npm run first-light -w lightprobe-e2e        (--rounds 5 for fewer)
//
// 0.1.0 is built from its commit. Both pages are served from this machine without a cache; each round opens a new browser
// context. Times are from the first byte of the page until the drawing with that light is finished, which a read pixel proves.
// Writes benchmarks/results/first_light.json.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { build } from "vite";
import { serve, spread } from "./measure.mjs";
import { saveResult } from "./record.mjs";

const BEFORE = "fea6f9e"; // 0.1.0
const rounds = Number(parseArgs({ options: { rounds: { type: "string", default: "15" } } }).values.rounds);

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const work = join(here, "..", ".first-light");

/** Builds the page of 0.1.0 with its own dependencies. */
function buildBefore() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  const tar = execFileSync("git", ["-C", root, "archive", BEFORE, "web", "src", "LICENSE"], { maxBuffer: 1e9 });
  execFileSync("tar", ["-x", "-C", work], { input: tar });
  const npm = (...words) => execFileSync("npm", words, { cwd: join(work, "web"), stdio: "ignore" });
  npm("ci", "--no-audit", "--no-fund");
  npm("run", "build");
  return join(work, "src", "lightprobe", "page");
}

/** Builds the page that has three.js and a ball alone. */
async function buildAlone() {
  const outDir = join(work, "three-alone");
  await build({ root: join(here, "three-alone"), base: "./", logLevel: "error", build: { outDir, emptyOutDir: true } });
  return outDir;
}

/** Runs in the page before its own scripts: notes when the drawing with each light is finished. */
function watch() {
  const times = {};
  const frames = {};
  const look = () => {
    const demo = window.lightprobeDemo;
    const gl = demo?.view?.renderer?.getContext();
    for (const [name, light] of [
      ["plain", demo?.plain],
      ["network", demo?.light],
    ]) {
      if (!light || times[name]) continue;
      frames[name] ??= demo.frames;
      if (demo.frames <= frames[name] && !(demo.frames > 0 && name === "plain")) continue;
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits until everything is drawn
      const [{ responseStart }] = performance.getEntriesByType("navigation");
      times[name] = performance.now() - responseStart;
    }
    if (times.plain && times.network) window.firstLight = times;
    else if (!window.firstLight) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const page = join(root, "src", "lightprobe", "page");
if (!existsSync(page)) throw new Error("expected a built page, got none; npm run build");
const pages = { before: buildBefore(), alone: await buildAlone(), now: page };
const server = await serve(pages);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update"],
});
const times = { before: [], alone: [], now: [] };
const load = loadavg()[0];
for (let round = -1; round < rounds; round++) {
  for (const name of Object.keys(pages)) {
    const context = await browser.newContext({ viewport: { width: 960, height: 600 }, serviceWorkers: "block" });
    const tab = await context.newPage();
    await tab.addInitScript(watch);
    await tab.goto(`${server.url}${name}/`);
    await tab.waitForFunction(() => window.firstLight, null, { polling: 50, timeout: 120_000 });
    if (round >= 0) times[name].push(await tab.evaluate(() => window.firstLight));
    await context.close();
  }
}
const summary = (rows) =>
  Object.fromEntries(
    ["plain", "network"].map((light) => [
      light,
      spread(
        rows.map((row) => row[light]),
        "_ms",
      ),
    ]),
  );
const results = {
  rounds,
  "0.1.0": summary(times.before),
  now: summary(times.now),
  "three.js and a ball alone": spread(
    times.alone.map(({ plain }) => plain),
    "_ms",
  ),
  "times faster than 0.1.0": Object.fromEntries(
    ["plain", "network"].map((light) => [
      light,
      spread(times.now.map((row, i) => times.before[i][light] / row[light])),
    ]),
  ),
};
await browser.close();
server.close();
rmSync(work, { recursive: true, force: true });
saveResult("first_light", browser.version(), results, { machine: { load }, before: BEFORE });
console.log(JSON.stringify(results, null, 2));
