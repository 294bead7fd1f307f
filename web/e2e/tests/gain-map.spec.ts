/** Gain-map JPEGs that `lightprobe estimate --environment` and the library write, in a reader by others: radiance and frame. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { angle, expect, test } from "../support/fixtures";
import { PYTHON, ROOT } from "../support/settings";

/** A picture, and an HDR environment with a sun of 20,000 times display white. */
const SAMPLES = ["venice_sunset.jpg", "rooitou_park.hdr"];

/** Half a code of the picture's 8 bits at middle gray, 118, in the widest channel [stops]: (118.5 / 118)^2.2. */
const HALF_CODE = 0.0134;

/** Reads a file, and writes what it holds as EXR. */
const COPY = `
import sys
from lightprobe.imaging import read_picture
from lightprobe.imaging.envmap import write_environment
write_environment(sys.argv[2], read_picture(sys.argv[1]).pixels)
`;

let folder: string;
const at = (name: string): string => join(folder, name);
const python = (...words: string[]): Buffer => execFileSync(PYTHON, words);

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lightprobe-"));
  for (const sample of SAMPLES) {
    for (const kind of ["jpg", "exr"]) {
      const outputs = ["--environment", at(`${sample}.${kind}`), "--environment-width", "512"];
      const picture = `${ROOT}samples/${sample}`;
      python("-m", "lightprobe", "estimate", picture, ...outputs, "--sun", at(`${sample}.json`), "--quiet");
    }
    python("-c", COPY, at(`${sample}.jpg`), at(`${sample}.ours.exr`));
  }
});

test.afterAll(() => rmSync(folder, { recursive: true }));

test.beforeEach(async ({ page }) => {
  await page.route("**/given/*", (route) =>
    route.fulfill({ path: at(new URL(route.request().url()).pathname.split("/").at(-1) ?? "") }),
  );
  await page.goto("pages/gain-map.html");
  await page.locator("body[data-ready]").waitFor({ state: "attached" });
});

/** A step of the map in each channel's 8 bits [stops], of the widest channel. */
function stepOfMap(file: string): number {
  const xmp = readFileSync(file).toString("latin1");
  const numbers = (key: string): number[] => {
    const list = xmp.split(`<hdrgm:${key}>`)[1].split(`</hdrgm:${key}>`)[0];
    return [...list.matchAll(/<rdf:li>([^<]+)/g)].map(([, number]) => Number(number));
  };
  const low = numbers("GainMapMin");
  return Math.max(...numbers("GainMapMax").map((high, i) => high - low[i])) / 255;
}

for (const sample of SAMPLES) {
  test(`gainmap-js reads the light of ${sample}, in the right frame`, async ({ page }) => {
    const compare = (exr: string) =>
      page.evaluate(([jpg, exr]) => gainMap.compare(jpg, exr, [0.5, 1]), [`given/${sample}.jpg`, `given/${exr}`]);
    const step = stepOfMap(at(`${sample}.jpg`));

    const ours = await compare(`${sample}.ours.exr`);
    expect(ours.sizes).toEqual(Array(2).fill([512, 256]));
    expect(ours.stops[1], "our reader, all pixels").toBeLessThan(step / 2); // their half floats

    const whole = await compare(`${sample}.exr`);
    expect(whole.stops[0], "what was written, median").toBeLessThan(Math.max(step, HALF_CODE)); // JPEG of quality 95
    expect(angle(whole.light, whole.expectedLight), "the brightest light").toBeLessThan(0.7); // a pixel
    const { direction, is_bare } = JSON.parse(readFileSync(at(`${sample}.json`), "utf8"));
    if (is_bare) expect(angle(whole.light, direction), "the sun").toBeLessThan(0.7);
    expect(is_bare).toBe(sample === "rooitou_park.hdr");
  });
}

for (const sample of SAMPLES) {
  test(`the JPEG that the library writes of ${sample} is read by gainmap-js and by Python`, async ({ page }) => {
    const url = await page.evaluate((exr) => gainMap.write(exr), `given/${sample}.exr`);
    expect(url).toMatch(/^data:image\/jpeg;base64,/);
    writeFileSync(at("library.jpg"), Buffer.from(url.split(",")[1], "base64"));
    python("-c", COPY, at("library.jpg"), at("library.ours.exr"));
    const compare = (exr: string) =>
      page.evaluate((exr) => gainMap.compare("given/library.jpg", exr, [0.5, 1]), `given/${exr}`);
    const step = stepOfMap(at("library.jpg"));

    const ours = await compare("library.ours.exr");
    expect(ours.sizes).toEqual(Array(2).fill([512, 256]));
    expect(ours.stops[1], "our reader, all pixels").toBeLessThan(step / 2); // their half floats

    const whole = await compare(`${sample}.exr`);
    expect(whole.stops[0], "what was written, median").toBeLessThan(Math.max(step, HALF_CODE));
    expect(angle(whole.light, whole.expectedLight), "the brightest light").toBeLessThan(0.7); // a pixel
  });
}
