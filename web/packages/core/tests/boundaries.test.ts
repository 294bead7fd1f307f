import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const WEB = fileURLToPath(new URL("../../..", import.meta.url));

/** Whether the linter lets a file in this room import a package. */
function mayLookAt(room: string, from: string): boolean {
  const folder = mkdtempSync(join(WEB, "packages", "core", "src", room, "trial-"));
  try {
    writeFileSync(join(folder, "a.ts"), `import * as other from "${from}";\n\nexport const used = other;\n`);
    const path = join("packages", "core", "src", room, basename(folder), "a.ts");
    const { status, stdout, stderr } = spawnSync("npx", ["biome", "lint", path], { cwd: WEB, encoding: "utf8" });
    if (status !== 0) expect(stdout + stderr).toContain("noRestrictedImports");
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ["sphere", "three"],
  ["estimator", "react"],
  ["live", "three"],
  ["react", "three"],
  ["three", "react"],
  ["sphere", "onnxruntime-web/wasm"],
])("%s may not look at %s", (room, from) => {
  expect(mayLookAt(room, from)).toBe(false);
});

test.each([
  ["three", "three"],
  ["react", "react"],
  ["estimator", "onnxruntime-web/wasm"],
])("%s may look at %s", (room, from) => {
  expect(mayLookAt(room, from)).toBe(true);
});
