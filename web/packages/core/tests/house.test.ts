/** Folders and modules stay small: a folder holds at most nine modules besides its index, a module at most 300 lines. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const WEB = fileURLToPath(new URL("../../..", import.meta.url));
const ROOTS = ["packages/core/src", "demo/src"];
const MOST_MODULES = 9;
const MOST_LINES = 300;

/** All folders below a root, the root included, with the paths of their modules. */
function foldersOf(root: string): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  const visit = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true });
    const modules = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
    folders.set(
      relative(WEB, folder),
      modules.map(({ name }) => join(folder, name)),
    );
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith("trial-")) visit(join(folder, entry.name)); // boundaries.test.ts
    }
  };
  visit(join(WEB, root));
  return folders;
}

const folders = new Map(ROOTS.flatMap((root) => [...foldersOf(root)]));

test("a folder holds at most nine modules", () => {
  expect(folders.size).toBeGreaterThan(15); // or the folders are elsewhere
  const counts = [...folders].map(([folder, modules]) => ({
    folder,
    modules: modules.filter((path) => !/[\\/]index\.tsx?$/.test(path)).length,
  }));
  expect(counts.filter(({ modules }) => modules > MOST_MODULES)).toEqual([]);
});

test("a module has at most 300 lines", () => {
  const lengths = [...folders.values()].flat().map((path) => ({
    path: relative(WEB, path),
    lines: readFileSync(path, "utf8").trimEnd().split("\n").length,
  }));
  expect(lengths.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
});
