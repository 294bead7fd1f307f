// Builds dist/: plain tsc for the page's thread; dist/assets, which is everything that an estimator loads, each file whole, so
// that a bundler only has to copy it; and dist/standalone.js, which holds all of them.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const python = join(root, "src", "lightprobe");
const tables = join(python, "imaging", "tone", "tables");
const dist = join(here, "dist");
const assets = join(dist, "assets");

/** Fields of manifest.json that a program reads; the others, such as the names of the scenes, are for people. */
const NEEDED = ["format", "name", "version", "files", "sha256", "input", "responses", "default_response", "output"];

/** Bundles a module and all that it imports. Returns the code, or writes it. */
async function bundle(from, { file, format = "es" } = {}) {
  const build = await rolldown({ input: join(dist, from), logLevel: "warn", checks: { eval: true } });
  const options = {
    format,
    minify: true,
    codeSplitting: false,
    comments: { legal: false, annotation: true, jsdoc: false },
  };
  const { output } = await (file ? build.write({ ...options, file: join(dist, file) }) : build.generate(options));
  await build.close();
  if (output.length !== 1) throw new Error(`${from}: expected one file, got ${output.map(({ fileName }) => fileName)}`);
  return output[0].code;
}

/** Notes a module or its types, and all that it imports. */
function reach(file) {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]*)"/g)) {
    const module = join(dirname(file), path);
    reach(file.endsWith(".d.ts") ? module.replace(/\.js$/, ".d.ts") : module);
  }
}

rmSync(dist, { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", join(here, "tsconfig.json")], { stdio: "inherit", cwd: here });

const manifest = JSON.parse(readFileSync(join(python, "pretrained", "manifest.json"), "utf8"));
const network = manifest.files.compact;
const slim = JSON.stringify(Object.fromEntries(NEEDED.map((name) => [name, manifest[name]])));
mkdirSync(join(assets, "model"), { recursive: true });
writeFileSync(join(assets, "model", "manifest.json"), `${slim}\n`);
for (const [from, to] of [
  [join(python, "pretrained", network), `model/${network}`],
  [join(here, "native", "lightprobe.wasm"), "lightprobe.wasm"],
  [join(tables, "agx.npz"), "tables/agx.npz"],
  [join(tables, "filmic.npz"), "tables/filmic.npz"],
  [join(tables, "LICENSE-OpenColorIO.txt"), "tables/LICENSE-OpenColorIO.txt"],
]) {
  mkdirSync(dirname(join(assets, to)), { recursive: true });
  cpSync(from, join(assets, to));
}
await bundle("estimator/worker/entry/worker.js", { file: "assets/worker.js" });
await bundle("estimator/worker/entry/extras.js", { file: "assets/extras.js" });
await bundle("estimator/worker/entry/surround.js", { file: "assets/surround.js" });

const base64 = (file) => readFileSync(join(assets, file)).toString("base64");
const embedded = {
  WORKER: await bundle("standalone/worker.js", { format: "iife" }),
  WASM: base64("lightprobe.wasm"),
  MANIFEST: slim,
  MODEL: base64(`model/${network}`),
};
const lines = Object.entries(embedded).map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`);
writeFileSync(join(dist, "standalone", "embedded.js"), lines.join("").replaceAll("</", "<\\/")); // it may stand in a page
await bundle("standalone/index.js", { file: "standalone.js" });

// modules that only the bundles hold
const rooms = ["live", "surround", "xr", "gain-map", "three", "react", "fiber", "babylon", "playcanvas", "standalone"];
const doors = ["index", ...rooms.map((room) => `${room}/index`)];
const reached = new Set();
for (const door of doors.slice(0, -1)) reach(join(dist, `${door}.js`));
for (const door of doors) reach(join(dist, `${door}.d.ts`));
for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, name);
  const isKept =
    reached.has(file) || file.startsWith(assets) || name === "standalone.js" || statSync(file).isDirectory();
  if (!isKept) rmSync(file);
}
cpSync(join(root, "LICENSE"), join(here, "LICENSE"));
