// What every benchmark writes beside its numbers: commit, day and machine.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const git = (...words) => execFileSync("git", ["-C", ROOT, ...words], { encoding: "utf8" }).trim();

/**
 * Writes benchmarks/results/NAME.json.
 *
 * @param name - of the file, without its suffix.
 * @param browser - Chromium's version.
 * @param results - the numbers.
 * @param more - further entries of the file; those of `machine` join the processor and the browser.
 */
export function saveResult(name, browser, results, { machine = {}, ...more } = {}) {
  // results and documents do not count as changes
  const dirty = git("status", "--porcelain", "--", "web", "src") ? "-dirty" : "";
  const document = {
    commit: `${git("rev-parse", "--short=12", "HEAD")}${dirty}`,
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
      ...machine,
      browser: `Chromium ${browser}`,
    },
    ...more,
    results,
  };
  writeFileSync(`${ROOT}benchmarks/results/${name}.json`, `${JSON.stringify(document, null, 2)}\n`);
}
