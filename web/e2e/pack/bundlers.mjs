// Builds apps/bundled with each bundler, as its users do, with no configuration but input and output. Call after pack.mjs.
//
//     node pack/bundlers.mjs
//
// .pack/bundled/NAME holds a page for each.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

const pack = join(dirname(fileURLToPath(import.meta.url)), "..", ".pack");
const app = join(pack, "apps", "bundled");
const installed = join(pack, "node_modules", "lightprobe");
const built = join(pack, "bundled");

/** A page with one script. `policy` is its Content Security Policy. */
const pageOf = (script, { policy, map, type = "module" } = {}) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    ${policy ? `<meta http-equiv="Content-Security-Policy" content="${policy}" />` : ""}
    <title>lightprobe</title>
    <link rel="icon" href="data:," />
    ${map ? `<script type="importmap">${JSON.stringify({ imports: map })}</script>` : ""}
    <script ${type ? `type="${type}"` : "defer"} src="${script}"></script>
  </head>
  <body><output></output></body>
</html>
`;

/** An empty folder for a page, with the page in it. */
function folderFor(name, options, script = "./main.js") {
  const folder = join(built, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), pageOf(script, options));
  return folder;
}

const copyAssets = (folder) => cpSync(join(installed, "dist", "assets"), join(folder, "lightprobe"), { recursive: true });

async function withEsbuild(name, entry, settings = {}, options = {}) {
  const folder = folderFor(name, options);
  await esbuild({
    entryPoints: [join(app, entry)],
    outfile: join(folder, "main.js"),
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "error",
    ...settings,
  });
  return folder;
}

async function withRollup(name, entry) {
  const folder = folderFor(name);
  const bundle = await rollup({ input: join(app, entry), plugins: [nodeResolve()] });
  await bundle.write({ file: join(folder, "main.js"), format: "es" });
  return folder;
}

function withWebpack(name, entry) {
  const folder = folderFor(name, { type: null });
  const settings = { mode: "production", entry: join(app, entry), output: { path: folder, filename: "main.js" } };
  return new Promise((resolve, reject) => {
    webpack({ ...settings, context: pack, performance: false }, (error, stats) => {
      const failure = error ?? (stats.hasErrors() || stats.hasWarnings() ? new Error(stats.toString()) : null);
      if (failure) reject(failure);
      else resolve(folder);
    });
  });
}

async function withVite(name, entry) {
  const root = join(pack, "vite", name); // the development server serves it, too
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(app, root, { recursive: true });
  writeFileSync(join(root, "index.html"), pageOf(`./${entry}`));
  await vite({ root, configFile: false, logLevel: "error", build: { outDir: join(built, name), emptyOutDir: true } });
}

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

rmSync(built, { recursive: true, force: true });
copyAssets(await withEsbuild("esbuild", "assets.js"));
await withEsbuild("esbuild-standalone", "standalone.js", { format: "iife" }, { type: null });
copyAssets(await withRollup("rollup", "assets.js"));
await withRollup("rollup-standalone", "standalone.js");
await withWebpack("webpack", "default.js");
await withWebpack("webpack-standalone", "standalone.js");
await withVite("vite", "default.js");
await withEsbuild("policy", "standalone.js", {}, { policy: `${STRICT}; worker-src blob:` });
await withEsbuild("no-worker", "standalone.js", {}, { policy: STRICT });
await withEsbuild("main-thread", "here.js", {}, { policy: STRICT });
// without a bundler: the package itself is served beside the page
const map = { lightprobe: "../../node_modules/lightprobe/dist/index.js" };
folderFor("import-map", { map }, "../../apps/bundled/default.js");
