import { expect, test } from "vitest";
import { Tones } from "../../../../src/estimator/worker/cells/tones.js";
import type { CurveName } from "../../../../src/picture/curves/decoder.js";
import { decoders, readFixture } from "../../../picture/fixtures.js";
import { openKernels, put, rgbOf } from "./native.js";

interface Curves {
  codes: number[];
  curves: Record<CurveName, { white: number; radiance: number[] }>;
}

const { codes, curves } = readFixture<Curves>("curves");
const colors = Uint8Array.from(codes.flatMap((r) => codes.flatMap((g) => codes.flatMap((b) => [r, g, b]))));

for (const [name, { radiance }] of Object.entries(curves)) {
  test(`the kernels undo ${name} as Python does`, async () => {
    const module = await openKernels();
    const count = colors.length / 3;
    const { at } = put(module, colors, count);
    const out = module.floats(4 * (count + 4));
    const tone = new Tones(module).addressOf(await decoders.get(name as CurveName));
    module.kernels.decode(tone, at, count, out.at);
    const found = rgbOf(out.view);
    radiance.forEach((expected, i) => {
      // float32 on both sides; dark channels are differences of bright ones where a curve mixes them
      const pixel = 3 * Math.floor(i / 3);
      const brightest = Math.max(...radiance.slice(pixel, pixel + 3));
      expect(Math.abs(found[i] - expected)).toBeLessThanOrEqual(1e-5 * brightest + 1e-9);
    });
    for (let i = 3; i < 4 * count; i += 4) expect(out.view[i]).toBe(0);
  });
}

test("pixels of one color are decoded once, and alike", async () => {
  const module = await openKernels();
  const agx = await decoders.get("agx");
  const tones = new Tones(module);
  const out = module.floats(4 * 16);
  const runs = Uint8Array.from({ length: 48 }, (_, i) => (i < 30 ? 90 : 200) + (i % 3));
  module.kernels.decode(tones.addressOf(agx), put(module, runs, 16).at, 16, out.at);
  const single = module.floats(16);
  const { kernels } = module;
  for (const pixel of [0, 15]) {
    const color = runs.subarray(3 * pixel, 3 * pixel + 3);
    kernels.decode(tones.addressOf(agx), put(module, color, 1).at, 1, single.at);
    expect([...out.view.subarray(4 * pixel, 4 * pixel + 3)]).toEqual([...single.view.subarray(0, 3)]);
  }
});

test("a curve takes room once", async () => {
  const module = await openKernels();
  const tones = new Tones(module);
  const agx = await decoders.get("agx");
  const at = tones.addressOf(agx);
  const bytes = module.buffer.byteLength;
  expect(tones.addressOf(agx)).toBe(at);
  expect(module.buffer.byteLength).toBe(bytes);
});
