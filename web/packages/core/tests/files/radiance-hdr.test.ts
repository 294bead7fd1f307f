/** Radiance HDR files, read by three.js. */

import { FloatType } from "three";
import { HDRLoader } from "three/addons/loaders/HDRLoader.js";
import { expect, test } from "vitest";
import { toHDR } from "../../src/files/radiance-hdr.js";

/** What three.js reads: red, green, blue and 1. It divides mantissas by 255, where Radiance divides by 256. */
async function read(file: Blob): Promise<{ width: number; height: number; data: Float32Array }> {
  const { width, height, data } = new HDRLoader().setDataType(FloatType).parse(await file.arrayBuffer());
  return { width, height, data: (data as Float32Array).map((value, i) => (i % 4 === 3 ? value : (value * 255) / 256)) };
}

/** Noise over twelve powers of ten, with black, a sun, steps at powers of two, and an even part. */
function world(width: number): Float32Array {
  let state = 7;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const radiance = Float32Array.from({ length: (3 * width * width) / 2 }, () => 10 ** (12 * random() - 6));
  radiance.set([0, 0, 0, 0.5, 1, 2, 0.9999, 0.4999, 0.001, 60_000, 50_000, 40_000, -1, -1, 0.25], 0);
  radiance.fill(0.25, radiance.length / 2);
  return radiance;
}

test.each([64, 6, 512])("%i columns come back within half a step of 8 bits", async (width) => {
  const radiance = world(width);
  const got = await read(toHDR({ radiance, width, height: width / 2 }));
  expect([got.width, got.height]).toEqual([width, width / 2]);
  let worst = 0;
  for (let i = 0; i < (width * width) / 2; i++) {
    const pixel = radiance.subarray(3 * i, 3 * i + 3).map((value) => Math.max(value, 0));
    const step = 2 ** Math.ceil(Math.log2(Math.max(...pixel) * (1 + 1e-7))) / 256;
    for (let c = 0; c < 3; c++) {
      const error = Math.abs(got.data[4 * i + c] - pixel[c]);
      worst = Math.max(worst, step > 0 ? error / step : error);
    }
  }
  expect(worst).toBeLessThanOrEqual(1.001); // half a step, a whole one where rounding up took the next exponent
});

test("an estimate's panorama keeps its rows and columns", async () => {
  const panorama = new Float32Array(64 * 32 * 3).fill(0.5);
  panorama.set([8, 4, 2], 3 * (5 * 64 + 40));
  const file = toHDR({ panorama });
  expect(file.type).toBe("image/vnd.radiance");
  expect(file.size).toBeLessThan(1500); // run-length encoded: 8 kB otherwise
  expect(await file.slice(0, 11).text()).toBe("#?RADIANCE\n");
  const { data } = await read(file);
  const pixel = Array.from(data.subarray(4 * (5 * 64 + 40), 4 * (5 * 64 + 40) + 3));
  expect(pixel.map((value) => value.toFixed(5))).toEqual(["8.00000", "4.00000", "2.00000"]);
  expect(data[0]).toBeCloseTo(0.5, 5);
});

test("four channels, and what does not fit", async () => {
  const radiance = Float32Array.from({ length: 8 * 4 * 4 }, (_, i) => (i % 4 === 3 ? 1000 : 1));
  const { data } = await read(toHDR({ radiance, width: 8, height: 4, channels: 4 }));
  expect(Math.max(...data)).toBeCloseTo(1, 5);
  expect(() => toHDR({ radiance, width: 4, height: 4 })).toThrow(/^expected a 2:1 panorama/);
  expect(() => toHDR({ panorama: new Float32Array(3) })).toThrow(/^expected 64×32×3/);
});
