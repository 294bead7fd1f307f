import { expect, test } from "vitest";
import { type CurveName, decode } from "../../../src/picture/curves/decoder.js";
import { srgbDecode, srgbEncode } from "../../../src/picture/curves/srgb.js";
import { tabulatedDecoder } from "../../../src/picture/curves/tables.js";
import { decoders, readFixture } from "../fixtures.js";

interface Curves {
  codes: number[];
  curves: Record<CurveName, { white: number; radiance: number[] }>;
}

const { codes, curves } = readFixture<Curves>("curves");
const colors = Uint8Array.from(codes.flatMap((r) => codes.flatMap((g) => codes.flatMap((b) => [r, g, b]))));

for (const [name, { white, radiance }] of Object.entries(curves)) {
  test(`${name} is undone as in Python`, async () => {
    const decoder = await decoders.get(name as CurveName);
    const found = decode(colors, decoder, new Float32Array(colors.length));
    expect(decoder.white).toBeCloseTo(white, 5);
    radiance.forEach((expected, i) => {
      // float32 on both sides; dark channels are differences of bright ones where a curve mixes them
      const pixel = 3 * Math.floor(i / 3);
      const brightest = Math.max(...radiance.slice(pixel, pixel + 3));
      expect(Math.abs(found[i] - expected)).toBeLessThanOrEqual(1e-5 * brightest + 1e-9);
    });
  });
}

test("sRGB there and back", () => {
  for (let code = 0; code < 256; code++) expect(255 * srgbEncode(srgbDecode(code / 255))).toBeCloseTo(code, 3);
});

test("a damaged table fails with one line, and is loaded again by the next call", async () => {
  const { Decoders } = await import("../../../src/picture/curves/decoders.js");
  const broken = new Decoders((name) =>
    tabulatedDecoder(name, { filmic: "f", agx: "a" }, async () => new ArrayBuffer(100)),
  );
  await expect(broken.get("agx")).rejects.toMatchObject({ code: "model", message: expect.stringContaining("agx") });
  await expect(broken.get("agx")).rejects.toThrow(/not a .npz file/);
});
