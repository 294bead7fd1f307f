/** The words of the page: every place has one, in every language, and the light is described truly. */

import { readFileSync } from "node:fs";
import type { Estimate } from "lightprobe";
import { beforeAll, expect, test, vi } from "vitest";
import type { describe as Describe } from "../src/panel/card/summary.js";
import { english } from "../src/texts/english.js";
import { german } from "../src/texts/german.js";

let describeLight: typeof Describe;
beforeAll(async () => {
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal("navigator", { language: "en-US" });
  describeLight = (await import("../src/panel/card/summary.js")).describe;
});

test("index.html names texts that exist, and all of them are used", () => {
  const html = readFileSync(new URL("../index.html", import.meta.url), "utf8");
  const named = [...html.matchAll(/data-(?:text|label|tip)="(\w+)"/g)].map(([, name]) => name);
  const elsewhere = ["camera", "cameraTip", "open", "openTip"]; // the buttons of the strip
  expect([...new Set([...named, ...elsewhere])].sort()).toEqual(Object.keys(english.page).sort());
});

test("both languages say something everywhere, and not the same", () => {
  const lines = (texts: object): [string, string][] =>
    Object.entries(texts).flatMap(([key, value]): [string, string][] =>
      typeof value === "string"
        ? [[key, value]]
        : typeof value === "object"
          ? lines(value).map(([name, text]) => [`${key}.${name}`, text])
          : [],
    );
  const [ours, theirs] = [lines(english), new Map(lines(german))];
  expect([...theirs.keys()].sort()).toEqual(ours.map(([key]) => key).sort());
  expect([...theirs.values()].filter((text) => !text.trim())).toEqual([]);
  const long = ours.filter(([, text]) => text.length > 12);
  expect(long.filter(([key, text]) => theirs.get(key) === text)).toEqual([]);
});

const light = (share: number, more: object = {}): Estimate =>
  ({
    light: { share, direction: [0.8, 0.6, 0], color: [1, 0.8, 0.5], intensity: 1 },
    clipped: 0.02,
    seen: 1,
    ...more,
  }) as unknown as Estimate;

test("a sun: its share, that its strength is a guess and how good, its height and color", () => {
  const text = describeLight(light(0.4, { uncertainty: 1 }), false).join(" ");
  expect(text).toContain("40 % of the light");
  expect(text).toContain("a guess, ±1 stop.");
  expect(text).toContain("halfway up");
  expect(text).toContain("warm");
  expect(describeLight(light(0.4, { uncertainty: null }), false).join(" ")).toContain("a guess.");
});

test("strength that is measured, or the truth, is called no guess", () => {
  expect(describeLight(light(0.4, { clipped: 0 }), false).join(" ")).not.toContain("guess");
  expect(describeLight(light(0.4), true).join(" ")).toContain("exact");
  expect(describeLight(light(0.4), true).join(" ")).not.toContain("guess");
});

test.each([
  [0.97, "±1 stop.", "±1 Blende."],
  [1.34, "±1.3 stops.", "±1,3 Blenden."],
  [0.62, "±0.6 stops.", "±0,6 Blenden."],
])("%f stops are rounded to a tenth, and one is one", (uncertainty, ours, theirs) => {
  expect(english.summary.guess(uncertainty)).toContain(ours);
  expect(german.summary.guess(uncertainty)).toContain(theirs);
});

test("nothing that stands out is no sun; a photo shows a part", () => {
  expect(describeLight(light(0.05), false)).toEqual([english.summary.around]);
  expect(describeLight(light(0.05, { seen: 0.12 }), false).join(" ")).toContain("12 % of the surroundings");
});
