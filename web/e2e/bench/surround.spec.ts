/** How long a frame of a surround takes in Chromium, beside a single picture, in turn; writes benchmarks/results/surround_web.json. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { test } from "@playwright/test";
import type { Timing } from "lightprobe";
import { ROOT } from "../support/settings";
import { spread } from "./spread";

const ROUNDS = 300;
const STAGES = ["main", "read", "prepare", "network", "light", "total"] as const;

const git = (...words: string[]): string => execFileSync("git", ["-C", ROOT, ...words], { encoding: "utf8" }).trim();

test("time and memory of a surround", async ({ page, browser }) => {
  await page.goto("pages/surround.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  const { times, memory } = await page.evaluate((rounds) => window.surrounds.times(rounds), ROUNDS);
  const spreads = (rows: Timing[]) =>
    Object.fromEntries(STAGES.map((stage) => [stage, spread(rows.map((row) => row[stage]))]));
  const result = {
    commit: `${git("rev-parse", "--short=12", "HEAD")}${git("status", "--porcelain", "--", "web", "src") ? "-dirty" : ""}`,
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: `${cpus()[0].model.trim()}, ${cpus().length} cores`,
      browser: `Chromium ${browser.version()}`,
    },
    results: {
      rounds: ROUNDS,
      "640×480, 64 rows of cells": Object.fromEntries(
        Object.entries(times).map(([name, rows]) => [name, spreads(rows)]),
      ),
      "bytes in use after 300 and 3,300 frames": memory,
    },
  };
  writeFileSync(`${ROOT}benchmarks/results/surround_web.json`, `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result.results, null, 2));
});
