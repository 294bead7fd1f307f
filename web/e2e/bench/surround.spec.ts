/** How long a frame of a surround takes in Chromium, beside a single picture, in turn; writes benchmarks/results/surround_web.json. */

import { test } from "@playwright/test";
import type { Timing } from "lightprobe";
import { saveResult } from "./record.mjs";
import { spread } from "./spread";

const ROUNDS = 300;
const STAGES = ["main", "read", "prepare", "network", "light", "total"] as const;

test("time and memory of a surround", async ({ page, browser }) => {
  await page.goto("pages/surround.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
  const { times, memory } = await page.evaluate((rounds) => window.surrounds.times(rounds), ROUNDS);
  const spreads = (rows: Timing[]) =>
    Object.fromEntries(STAGES.map((stage) => [stage, spread(rows.map((row) => row[stage]))]));
  const results = {
    rounds: ROUNDS,
    "640×480, 64 rows of cells": Object.fromEntries(Object.entries(times).map(([name, rows]) => [name, spreads(rows)])),
    "bytes in use after 300 and 3,300 frames": memory,
  };
  saveResult("surround_web", browser.version(), results);
  console.log(JSON.stringify(results, null, 2));
});
