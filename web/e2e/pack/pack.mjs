// Packs the library as npm would publish it, builds apps with it, and measures it.
//
//     node pack/pack.mjs            .pack/sizes.json holds the sizes [bytes]
//     node pack/pack.mjs --readme   also writes them into the library's README.md
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { install } from "./archive.mjs";
import { measure, README, withTable } from "./sizes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", ".pack");
const apps = join(target, "apps");

const { installed, files } = install(target);
for (const app of ["arithmetic", "whole"]) {
  cpSync(join(here, "apps", app), join(apps, app), { recursive: true });
  cpSync(join(here, "index.html"), join(apps, app, "index.html"));
}
for (const file of ["tsconfig.json", "react-dom.d.ts"]) cpSync(join(here, "apps", file), join(apps, file));
execFileSync("npx", ["tsc", "-p", apps], { stdio: "inherit", cwd: here });

/** Builds an app; returns its folder. */
async function bundle(app) {
  const outDir = join(target, "built", app);
  const output = {
    outDir,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
  };
  await build({ root: join(apps, app), base: "./", configFile: false, logLevel: "error", build: output });
  return outDir;
}

const scriptsOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => /\.html$|index[^/]*\.js$/.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"));

await bundle("whole");
const sizes = await measure(installed);
const facts = { sizes, files, arithmeticScripts: scriptsOf(await bundle("arithmetic")) };
writeFileSync(join(target, "sizes.json"), JSON.stringify(facts, null, 2));
if (process.argv.includes("--readme")) writeFileSync(README, withTable(readFileSync(README, "utf8"), sizes));
