/** The tests' `test`: it fails if the page prints errors or requests other origins. */

import { readFileSync } from "node:fs";
import { test as base, expect, type Page } from "@playwright/test";
import { listen } from "./quiet";
import { DATA } from "./settings";

export { expect };

/** A file that Python wrote; see prepare.ts. */
export function data<Value>(name: string): Value {
  return JSON.parse(readFileSync(`${DATA}${name}.json`, "utf8"));
}

interface Options {
  /** Errors that a test provokes. */
  provoked: RegExp | null;
  /** Other origins that a test serves itself. */
  guests: RegExp | null;
}

export const test = base.extend<Options & { library: Page }>({
  provoked: [null, { option: true }],
  guests: [null, { option: true }],
  page: async ({ page, baseURL, provoked, guests }, use) => {
    const noises = listen(page, baseURL ?? "");
    await use(page);
    expect(
      noises.strangers.filter((url) => !guests?.test(url)),
      "requests to other origins",
    ).toEqual([]);
    expect(
      noises.complaints.filter((text) => !provoked?.test(text)),
      "errors and warnings in the console",
    ).toEqual([]);
  },
  /** The page that has the library on `window.lib`. */
  library: async ({ page }, use) => {
    await page.goto("pages/library.html");
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    await use(page);
  },
});

/** Largest difference, relative to the largest number expected. */
export function distance(got: readonly number[], expected: readonly number[]): number {
  expect(got).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-6);
  return Math.max(...got.map((value, i) => Math.abs(value - expected[i]))) / scale;
}

/** Angle between unit vectors [°]. */
export function angle(a: readonly number[], b: readonly number[]): number {
  const chord = Math.hypot(...a.map((value, i) => value - b[i]));
  return (2 * Math.asin(Math.min(1, chord / 2)) * 180) / Math.PI;
}
