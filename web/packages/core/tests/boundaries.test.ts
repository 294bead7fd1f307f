/** Which folder may import which: the rules stand in biome.json, and each of them is shown to bite. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const WEB = fileURLToPath(new URL("../../..", import.meta.url));
const SOURCE = join("packages", "core", "src");

/** Folder, then a package, or a folder or module of ours, that it must not import. */
const REFUSED: [folder: string, from: string][] = [
  ...[
    "sphere",
    "files",
    "picture/curves",
    "picture/cells",
    "picture/partial",
    "picture/files",
    "picture/looks",
    "picture/gain-map",
    "estimator",
    "estimator/protocol",
    "estimator/client",
  ].flatMap((folder): [string, string][] => [
    [folder, "three"],
    [folder, "react"],
    [folder, "onnxruntime-web"],
    [folder, "onnxruntime-web/wasm"],
    [folder, "src/live"],
    [folder, "src/three"],
    [folder, "src/react"],
    [folder, "src/standalone"],
  ]),
  ["sphere", "src/picture/cells"],
  ["files", "src/picture/cells"],
  ["files", "src/estimator/protocol"],
  ["sphere", "src/estimator/protocol"],
  ["picture/curves", "src/picture/cells"],
  ["picture/curves", "src/picture/partial"],
  ["picture/curves", "src/estimator/protocol"],
  ["picture/cells", "src/picture/partial"],
  ["picture/cells", "src/estimator/protocol"],
  ["picture/partial", "src/estimator/protocol"],
  ["picture/curves", "src/picture/files"],
  ["picture/cells", "src/picture/gain-map"],
  ["picture/partial", "src/picture/files"],
  ["picture/partial", "src/picture/looks"],
  ["picture/partial", "src/picture/gain-map"],
  ["picture/files", "src/picture/gain-map"],
  ["picture/files", "src/picture/looks"],
  ["picture/files", "src/estimator/protocol"],
  ["picture/looks", "src/picture/files"],
  ["picture/looks", "src/picture/partial"],
  ["picture/looks", "src/estimator/protocol"],
  ["picture/gain-map", "src/picture/looks"],
  ["picture/gain-map", "src/estimator/protocol"],
  ["estimator/protocol", "src/estimator/client"],
  ["estimator/protocol", "src/estimator/worker"],
  ["estimator/protocol", "src/estimator/smoother.js"],
  ["estimator", "src/estimator/client"],
  ["estimator", "src/estimator/worker"],
  ["estimator/client", "src/estimator/worker"],
  ["estimator/client", "src/estimator/worker/model"],
  ["estimator/worker", "src/estimator/client"],
  ["estimator/worker/model", "src/estimator/client"],
  ["estimator/worker", "src/live"],
  ["estimator/worker", "src/three"],
  ["estimator/worker", "src/react"],
  ["estimator/worker", "three"],
  ["estimator/worker", "react"],
  ["live", "three"],
  ["live", "react"],
  ["live", "onnxruntime-web/wasm"],
  ["live", "src/three"],
  ["live", "src/react"],
  ["live", "src/estimator/worker"],
  ["surround", "src/estimator/worker"],
  ["surround", "src/xr"],
  ["surround", "three"],
  ["live", "src/surround"],
  ["three", "src/surround"],
  ["three", "src/xr"],
  ["gain-map", "three"],
  ["gain-map", "src/estimator/client"],
  ["gain-map", "src/live"],
  ["xr", "three"],
  ["xr", "src/three"],
  ["xr", "src/estimator/worker"],
  ["three", "react"],
  ["three", "onnxruntime-web/wasm"],
  ["three", "src/estimator/worker"],
  ["three", "src/react"],
  ["react", "three"],
  ["react", "onnxruntime-web/wasm"],
  ["react", "src/three"],
  ["react", "src/estimator/worker"],
  ["estimator/worker", "src/standalone"],
  ["live", "src/standalone"],
  ["three", "src/standalone"],
  ["react", "src/standalone"],
  ["fiber", "onnxruntime-web/wasm"],
  ["fiber", "src/estimator/worker"],
  ["three", "src/fiber"],
  ["react", "src/fiber"],
  ["live", "src/babylon"],
  ["sphere", "src/playcanvas"],
  ["babylon", "three"],
  ["babylon", "src/three"],
  ["babylon", "src/estimator/client"],
  ["playcanvas", "react"],
  ["playcanvas", "src/babylon"],
  ["playcanvas", "src/live"],
  ["standalone", "three"],
  ["standalone", "react"],
];

/** The same, allowed. */
const ALLOWED: [folder: string, from: string][] = [
  ["files", "src/sphere"],
  ["picture/cells", "src/picture/curves"],
  ["picture/partial", "src/picture/cells"],
  ["picture/files", "src/picture/partial"],
  ["picture/gain-map", "src/picture/files"],
  ["picture/gain-map", "src/picture/partial"],
  ["estimator/worker", "src/picture/gain-map"],
  ["estimator/protocol", "src/picture/curves"],
  ["estimator/client", "src/estimator/protocol"],
  ["estimator/worker", "src/estimator/protocol"],
  ["estimator/worker", "src/estimator/smoother.js"],
  ["live", "src/estimator/smoother.js"],
  ["estimator/worker", "src/picture/partial"],
  ["estimator/worker", "onnxruntime-web/wasm"],
  ["live", "src/estimator/client"],
  ["surround", "src/estimator/client"],
  ["surround", "src/estimator/protocol"],
  ["surround", "src/live"],
  ["gain-map", "src/picture/curves"],
  ["gain-map", "src/sphere"],
  ["xr", "src/live"],
  ["xr", "src/surround"],
  ["three", "three"],
  ["three", "src/sphere"],
  ["three", "src/estimator/client"],
  ["three", "src/live"],
  ["react", "react"],
  ["react", "src/live"],
  ["fiber", "three"],
  ["fiber", "react"],
  ["fiber", "src/react"],
  ["fiber", "src/three"],
  ["babylon", "src/sphere"],
  ["playcanvas", "src/sphere"],
  ["standalone", "src/estimator/client"],
  ["standalone", "src/estimator/worker"],
];

const trials: string[] = [];

/** Writes a module that imports this, in a new folder below `folder`; returns its path from web/. */
function writeTrial([folder, from]: [string, string]): string {
  const trial = mkdtempSync(join(WEB, SOURCE, folder, "trial-"));
  trials.push(trial);
  const up = "../".repeat(folder.split("/").length + 1);
  const module = from.endsWith(".js") ? from : `${from}/some.js`;
  const path = from.startsWith("src/") ? up + module.slice(4) : from;
  writeFileSync(join(trial, "a.ts"), `import * as other from "${path}";\n\nexport const used = other;\n`);
  return join(SOURCE, folder, basename(trial), "a.ts");
}

afterAll(() => {
  for (const trial of trials) rmSync(trial, { recursive: true, force: true });
});

/** Paths that the linter refuses because of an import, in one run over all of them. */
function refusedOf(paths: string[]): Set<string> {
  const { stdout } = spawnSync("npx", ["biome", "lint", "--reporter=json", "--max-diagnostics=none", ...paths], {
    cwd: WEB,
    encoding: "utf8",
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  for (const { category } of diagnostics) expect(category).toBe("lint/style/noRestrictedImports");
  return new Set(diagnostics.map(({ location: { path } }) => (typeof path === "string" ? path : path.file)));
}

test("each rule bites, and each allowed import passes", () => {
  const refused = REFUSED.map(writeTrial);
  const allowed = ALLOWED.map(writeTrial);
  const found = refusedOf([...refused, ...allowed]);
  const named = (pairs: [string, string][], paths: string[]): string[] =>
    pairs.filter((_, i) => found.has(paths[i])).map(([folder, from]) => `${folder} → ${from}`);
  expect(named(REFUSED, refused)).toEqual(REFUSED.map(([folder, from]) => `${folder} → ${from}`));
  expect(named(ALLOWED, allowed)).toEqual([]);
});
