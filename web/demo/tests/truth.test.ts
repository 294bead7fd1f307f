/** The bundled truths are small, and hold the light of their scenes. */

import { readFileSync, statSync } from "node:fs";
import { project } from "lightprobe";
import { FloatType } from "three";
import { HDRLoader } from "three/addons/loaders/HDRLoader.js";
import { expect, test } from "vitest";
import type { Bundled } from "../src/sources/bundled.js";

const at = (path: string): URL => new URL(`../public/media/panoramas/${path}`, import.meta.url);
const bundled: Bundled[] = JSON.parse(readFileSync(at("index.json"), "utf8"));

test.each(bundled)("$name", ({ hdr, truth }) => {
  expect(statSync(at(hdr)).size).toBeLessThanOrEqual(8192);
  const bytes = readFileSync(at(hdr));
  const loader = new HDRLoader().setDataType(FloatType);
  const {
    data,
    width = 0,
    height = 0,
  } = loader.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  expect([width, height]).toEqual([64, 32]);
  const radiance = Float32Array.from(
    { length: width * height * 3 },
    (_, i) => (data as Float32Array)[4 * Math.floor(i / 3) + (i % 3)],
  );
  const coeffs = project({ radiance, width, height });
  const error = Math.hypot(...truth.map((value, i) => value - coeffs[i])) / Math.hypot(...truth);
  expect(error).toBeLessThan(0.06); // a lamp lies anywhere in its cell of 5.6°
});
