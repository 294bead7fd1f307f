import { expect, test } from "vitest";
import { srgbDecode } from "../../../src/picture/curves/srgb.js";
import { GainMapPicture } from "../../../src/picture/gain-map/gain.js";
import type { GainMapNumbers } from "../../../src/picture/gain-map/metadata.js";
import type { Rows } from "../../../src/picture/gain-map/sampler.js";
import { LAYERS } from "../../../src/picture/partial/layers.js";

/** Rows of pixels by a formula. */
const rowsOf = (
  width: number,
  height: number,
  code: (row: number, column: number, channel: number) => number,
): Rows => ({
  width,
  height,
  read: (row) =>
    Uint8ClampedArray.from({ length: 4 * width }, (_, i) => (i % 4 === 3 ? 255 : code(row, i >> 2, i % 4))),
});

const numbers: GainMapNumbers = {
  min: [-1, 0, 0.5],
  max: [3, 4, 5],
  gamma: [1, 0.5, 2.2],
  baseOffset: [1 / 64, 0, 0.1],
  otherOffset: [1 / 64, 0.02, 0],
  isBaseHdr: false,
  isInBaseSpace: true,
};

const readAll = (picture: GainMapPicture): Float32Array => {
  const out = new Float32Array(LAYERS * picture.width * picture.height);
  const line = LAYERS * picture.width;
  for (let row = 0; row < picture.height; row++) picture.readLayers(row, out.subarray(row * line, (row + 1) * line));
  return out;
};

const baseCode = (row: number, column: number, c: number): number => (row * 37 + column * 11 + c * 50) % 256;
const mapCode = (row: number, column: number, c: number): number => (row * 91 + column * 23 + c * 70) % 256;

for (const [mapWidth, mapHeight] of [
  [12, 6],
  [3, 2],
  [1, 1],
  [24, 18],
]) {
  test(`a map of ${mapWidth}×${mapHeight} over 12×6 pixels: the formula of ISO 21496-1`, () => {
    const base = rowsOf(12, 6, baseCode);
    const found = readAll(new GainMapPicture(base, rowsOf(mapWidth, mapHeight, mapCode), numbers, null, null));
    for (let row = 0; row < 6; row++) {
      for (let column = 0; column < 12; column++) {
        for (let c = 0; c < 3; c++) {
          const y = Math.min(Math.max(((row + 0.5) / 6) * mapHeight - 0.5, 0), mapHeight - 1);
          const x = Math.min(Math.max(((column + 0.5) / 12) * mapWidth - 0.5, 0), mapWidth - 1);
          let map = 0;
          for (let i = 0; i < mapHeight; i++) {
            for (let j = 0; j < mapWidth; j++) {
              const weight = Math.max(1 - Math.abs(y - i), 0) * Math.max(1 - Math.abs(x - j), 0);
              map += (weight * mapCode(i, j, c)) / 255;
            }
          }
          const stops = numbers.min[c] + (numbers.max[c] - numbers.min[c]) * map ** (1 / numbers.gamma[c]);
          const light = srgbDecode(baseCode(row, column, c) / 255) + numbers.baseOffset[c];
          const expected = Math.max(light * 2 ** stops - numbers.otherOffset[c], 0);
          const got = found[LAYERS * (12 * row + column) + c];
          expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-5 * Math.max(expected, 1));
        }
      }
    }
  });
}

test("light is lost where an area is full in both, not at a single pixel", () => {
  const isFull = (row: number, column: number): boolean =>
    (row >= 2 && row < 5 && column >= 3 && column < 5) || (row === 0 && column === 9);
  const base = rowsOf(12, 6, (row, column, c) => (isFull(row, column) || c === 2 ? 255 : 100));
  const map = rowsOf(12, 6, (row, column, c) => (isFull(row, column) && c !== 1 ? 255 : 100));
  const picture = new GainMapPicture(base, map, numbers, null, null);
  const found = readAll(picture);
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 12; column++) {
      const white = [...found.subarray(LAYERS * (12 * row + column) + 3, LAYERS * (12 * row + column) + 7)];
      const isArea = row >= 2 && row < 5 && column >= 3 && column < 5;
      expect(white, `${row} ${column}`).toEqual(isArea ? [1, 0, 1, 1] : [0, 0, 0, 0]);
    }
  }
  expect(picture.hasWhite).toBe(true);
  expect(picture.brightest).toBeCloseTo(1.1 * 2 ** 5, 4);
});

test("other primaries: the gain acts on the base's own, and the result is converted", () => {
  const matrix = Float64Array.of(1.2, -0.2, 0, 0, 1, 0, 0, -0.1, 1.1);
  const curve = Float32Array.from({ length: 256 }, (_, code) => (code / 255) ** 2);
  const colors = { curves: [curve, curve, curve] as const, matrix };
  const flat = {
    ...numbers,
    baseOffset: numbers.min.map(() => 0) as never,
    otherOffset: numbers.min.map(() => 0) as never,
  };
  const code = (_row: number, _column: number, c: number): number => [51, 102, 204][c];
  const one = { ...flat, min: [2, 2, 2] as never, max: [2, 2, 2] as never };
  const own = [0.04 * 4, 0.16 * 4, 0.64 * 4];
  const expected = [0, 1, 2].map((i) => own.reduce((sum, light, j) => sum + matrix[3 * i + j] * light, 0));
  const found = readAll(new GainMapPicture(rowsOf(4, 2, code), rowsOf(2, 1, mapCode), one, colors, null));
  for (let c = 0; c < 3; c++) expect(found[c]).toBeCloseTo(expected[c], 5);
  // on the primaries of the map's profile, here Rec.709: where all gains are equal, the order does not matter
  const other = { ...one, isInBaseSpace: false };
  const again = readAll(new GainMapPicture(rowsOf(4, 2, code), rowsOf(2, 1, mapCode), other, colors, null));
  for (let c = 0; c < 3; c++) expect(again[c]).toBeCloseTo(Math.max(expected[c], 0), 5);
});

test("Apple's map is decoded, and goes from 1 to the headroom", () => {
  const base = rowsOf(8, 4, () => 128);
  const found = readAll(
    new GainMapPicture(
      base,
      rowsOf(8, 4, () => 188),
      { headroom: 5 },
      null,
      null,
    ),
  );
  expect(found[0]).toBeCloseTo(srgbDecode(128 / 255) * (1 + 4 * srgbDecode(188 / 255)), 5);
});

test("the SDR rendition is clipped at display white, and only there", () => {
  const base = rowsOf(8, 4, (_, column) => 30 * column);
  const picture = new GainMapPicture(
    base,
    rowsOf(1, 1, () => 255),
    { headroom: 4 },
    null,
    null,
  );
  const hdr = readAll(picture).slice(0, LAYERS * 8);
  const sdr = new Float32Array(LAYERS * 8);
  picture.readSdrLayers(0, sdr);
  for (let x = 0; x < 8; x++) {
    const light = hdr[LAYERS * x];
    expect(sdr[LAYERS * x + 6]).toBe(light >= 1 ? 1 : 0);
    expect(sdr[LAYERS * x]).toBeCloseTo(Math.min(light, 1), 2);
  }
});
