/** The lint of GitHub workflows: it accepts ours, and refuses broken ones. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 }); // Node compiles 2 MB of WebAssembly for each run

const WEB = fileURLToPath(new URL("../../..", import.meta.url));
const RELEASE = readFileSync(join(WEB, "..", ".github", "workflows", "release.yml"), "utf8");

/** A workflow that is fine, with a job of these lines. */
const workflow = (...job: string[]): string =>
  ["on: push", "jobs:", "  a:", "    runs-on: ubuntu-latest", ...job.map((line) => `    ${line}`), ""].join("\n");
const STEPS = ["steps:", "  - run: make"];

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Exit status and complaints for these files, or for ours. */
function lint(files?: Record<string, string>): { status: number | null; lines: string[] } {
  for (const [name, content] of Object.entries(files ?? {})) writeFileSync(join(folder, name), content);
  const { status, stderr } = spawnSync("node", ["lint/workflows.mjs", ...(files ? [folder] : [])], {
    cwd: WEB,
    encoding: "utf8",
  });
  return { status, lines: stderr.split("\n").filter(Boolean) };
}

test("our workflows pass, and npm run lint looks at them", () => {
  expect(lint()).toEqual({ status: 0, lines: [] });
  const { scripts } = JSON.parse(readFileSync(join(WEB, "package.json"), "utf8"));
  expect(scripts.lint).toMatch(/&& node lint\/workflows\.mjs$/);
});

/** Expressions in braces, which are no placeholders of TypeScript. */
const braced = (expression: string): string => `\${{ ${expression} }}`;

/** Broken workflows, and the complaint about each. */
const BROKEN: Record<string, [content: string, complaint: string]> = {
  "no-steps.yml": [workflow(), '"steps" section is missing'],
  "context.yml": [workflow("steps:", `  - run: echo ${braced("nowhere.at")}`), 'undefined variable "nowhere"'],
  "title.yml": [workflow("steps:", `  - run: echo ${braced("github.event.issue.title")}`), "potentially untrusted"],
  "needs.yml": [workflow("needs: b", ...STEPS), 'needs job "b" which does not exist'],
  "key.yaml": [workflow("step:", ...STEPS), 'unexpected key "step"'],
  "scope.yml": [workflow("permissions:", "  atestations: write", ...STEPS), 'scope "atestations"'],
  "release.yml": [RELEASE.replace("needs: build", "needs: built"), 'needs job "built"'],
  "list.yml": [": : :\n\t- [", "cannot read this file"],
};

test("broken workflows are refused, each with its place", () => {
  const contents = Object.entries(BROKEN).map(([name, [content]]) => [name, content]);
  const good = workflow("permissions:", "  attestations: write", ...STEPS);
  const { status, lines } = lint({ ...Object.fromEntries(contents), "good.yml": good, "notes.txt": ": :" });
  expect(status).toBe(1);
  const named = lines.map((line) => /([\w-]+\.ya?ml):\d+:\d+: .+ \[[\w-]+\]$/.exec(line)?.[1]);
  expect(new Set(named)).toEqual(new Set(Object.keys(BROKEN)));
  for (const [name, [, complaint]] of Object.entries(BROKEN)) {
    expect(
      lines.filter((line) => line.includes(name) && line.includes(complaint)),
      name,
    ).not.toEqual([]);
  }
});

test("a folder without workflows is refused", () => {
  expect(lint({})).toMatchObject({ status: 1, lines: [expect.stringMatching(/expected workflows/)] });
});
