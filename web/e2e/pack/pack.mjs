// Packs the library as npm would publish it, and builds tiny apps with it.
//
//     node pack/pack.mjs
//
// They lie in .pack/, inside the workspace, so that their bundler, three and React are the workspace's; the library itself
// is what the archive holds. .pack/sizes.json holds the gzipped sizes [bytes].
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", ".pack");
const installed = join(target, "node_modules", "lightprobe");
const apps = join(target, "apps");

rmSync(target, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
cpSync(join(here, "apps"), apps, { recursive: true });
for (const app of ["arithmetic", "usual", "whole"]) cpSync(join(here, "index.html"), join(apps, app, "index.html"));
writeFileSync(join(target, "package.json"), '{ "name": "pack", "private": true, "type": "module" }\n');

const core = join(here, "..", "..", "packages", "core");
const report = execFileSync("npm", ["pack", "--json", "--pack-destination", target], { cwd: core, encoding: "utf8" });
const [{ filename, files }] = JSON.parse(report);
execFileSync("tar", ["-xzf", join(target, filename), "-C", installed, "--strip-components", "1"]);
execFileSync("npx", ["tsc", "-p", apps], { stdio: "inherit", cwd: here });

/** Builds an app. `external` names packages to leave out, to measure the library alone. */
async function bundle(app, external = []) {
  const outDir = join(target, "built", external.length ? `${app}-alone` : app);
  await build({
    root: join(apps, app),
    base: "./",
    configFile: false,
    logLevel: "error",
    worker: { format: "es", rolldownOptions: { external } },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: { external },
    },
  });
  return outDir;
}

function scriptsOf(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.m?js$/.test(file));
  return files.map((file) => join(folder, file));
}

/** Code that the worker loads with the first file or image. */
const isLate = (file) => /[\\/](open|looks)-[^\\/]*\.js$/.test(file);

/** Gzipped JavaScript in a folder [bytes], without the code that is loaded late, or that alone. */
function weigh(folder, late = false) {
  const files = scriptsOf(folder).filter((file) => isLate(file) === late);
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}

const outside = [/^three/, /^react/, /^onnxruntime/];
await bundle("whole");
const usual = await bundle("usual", outside);
const sizes = {
  usual: weigh(usual),
  late: weigh(usual, true),
  whole: weigh(await bundle("whole", outside)),
  arithmetic: weigh(await bundle("arithmetic", outside)),
  files: files.map(({ path }) => path),
  arithmeticScripts: scriptsOf(join(target, "built", "arithmetic-alone")).map((file) => readFileSync(file, "utf8")),
};
writeFileSync(join(target, "sizes.json"), JSON.stringify(sizes, null, 2));
