// Builds apps/bundled with each bundler, as its users do, with no configuration but input and output.
//
//     node pack/bundlers.mjs
//
// .bundled/NAME holds a page for each; .bundled/dev is for Vite's development server.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";
import { install } from "./archive.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", ".bundled");
const { installed } = install(target);
const app = join(target, "app");
cpSync(join(here, "apps", "bundled"), app, { recursive: true });

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
  const folder = join(target, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), pageOf(script, options));
  return folder;
}

const copyAssets = (folder) =>
  cpSync(join(installed, "dist", "assets"), join(folder, "lightprobe"), { recursive: true });

/** A user should see no warnings. */
function refuse(warnings) {
  if (warnings.length > 0) throw new Error(`expected no warnings, got: ${warnings.join("; ")}`);
}

async function withEsbuild(name, entry, settings = {}, options = {}) {
  const folder = folderFor(name, options);
  const { warnings } = await esbuild({
    entryPoints: [join(app, entry)],
    outfile: join(folder, "main.js"),
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "error",
    ...settings,
  });
  refuse(warnings.map(({ text }) => text));
  return folder;
}

async function withRollup(name, entry) {
  const folder = folderFor(name);
  const onLog = (level, { message }) => refuse([`${level}: ${message}`]);
  const bundle = await rollup({ input: join(app, entry), plugins: [nodeResolve()], onLog });
  await bundle.write({ file: join(folder, "main.js"), format: "es" });
  return folder;
}

function withWebpack(name, entry) {
  const folder = folderFor(name, { type: null });
  const settings = { mode: "production", entry: join(app, entry), output: { path: folder, filename: "main.js" } };
  return new Promise((resolve, reject) => {
    webpack({ ...settings, context: target, performance: false }, (error, stats) => {
      const failure = error ?? (stats.hasErrors() || stats.hasWarnings() ? new Error(stats.toString()) : null);
      if (failure) reject(failure);
      else resolve(folder);
    });
  });
}

/** A folder that Vite builds; its development server serves it as it is. */
async function withVite(name, entry) {
  const root = join(target, "dev");
  cpSync(app, root, { recursive: true });
  writeFileSync(join(root, "index.html"), pageOf(`./${entry}`));
  await vite({
    root,
    configFile: false,
    logLevel: "error",
    build: { outDir: join(target, name), chunkSizeWarningLimit: 1000 },
  });
}

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

copyAssets(await withEsbuild("esbuild", "assets.js"));
await withEsbuild("esbuild-standalone", "standalone.js", { format: "iife" }, { type: null });
copyAssets(await withEsbuild("addresses", "addresses.js"));
copyAssets(await withRollup("rollup", "assets.js"));
await withRollup("rollup-standalone", "standalone.js");
await withWebpack("webpack", "default.js");
await withWebpack("webpack-standalone", "standalone.js");
await withWebpack("webcam-webpack", "webcam.js");
await withVite("webcam-vite", "webcam.js");
await withVite("vite", "default.js"); // the last of Vite: its development server serves this page
await withEsbuild("policy", "standalone.js", {}, { policy: `${STRICT}; worker-src blob:` });
await withEsbuild("no-worker", "standalone.js", {}, { policy: STRICT });
await withEsbuild("main-thread", "here.js", {}, { policy: STRICT });
await withEsbuild("not-copied", "default.js");
// without a bundler: the package itself is served beside the page, and three too
const three = fileURLToPath(import.meta.resolve("three"));
cpSync(dirname(three), join(target, "three"), { recursive: true });
const map = {
  lightprobe: "../node_modules/lightprobe/dist/index.js",
  "lightprobe/three": "../node_modules/lightprobe/dist/three/index.js",
  three: "../three/three.module.js",
};
folderFor("import-map", { map }, "../app/default.js");
folderFor("webcam-import-map", { map }, "../app/webcam.js");
