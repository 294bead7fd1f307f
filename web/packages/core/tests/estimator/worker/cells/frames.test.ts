import { expect, test } from "vitest";
import { layoutOf } from "../../../../src/estimator/protocol/layout.js";
import { NativeReader } from "../../../../src/estimator/worker/cells/frames.js";
import { pattern, toRgba } from "../../../picture/pattern.js";
import { openKernels } from "./native.js";

const module = await openKernels();
const reader = new NativeReader(module, () => {
  throw new Error("no canvas here");
});

const clamp = (value: number): number => Math.min(Math.max(value, 0), 255);

for (const [name, numbers, red, blue, scale, black] of [
  ["BT.601", [18997, -1160, 128, 25, 52, 102], 0.299, 0.114, 255 / 219, 16],
  ["BT.709, full range", [16320, 32, 119, 12, 30, 101], 0.2126, 0.0722, 1, 0],
] as const) {
  test(`${name} is converted by its definition, within the rounding of factors to 1/64`, () => {
    const [width, height] = [30, 22];
    const [wide, tall] = [width / 2, height / 2];
    const luma = Uint8Array.from({ length: width * height }, (_, i) => (i * 7919) % 256);
    const u = Uint8Array.from({ length: wide * tall }, (_, i) => (i * 31) % 256);
    const v = Uint8Array.from({ length: wide * tall }, (_, i) => (i * 47 + 5) % 256);
    const head = module.floats(8);
    new Int32Array(head.view.buffer, head.at, 6).set(numbers);
    const planes = module.bytes(4 * width * height + 64);
    const out = module.bytes(4 * width * height + 64);
    const pixels = (step: number): number[] => {
      const chroma = step === 1 ? [...u, ...v] : [...u].flatMap((value, i) => [value, v[i]]);
      planes.view.set([...luma, ...chroma]);
      const first = planes.at + luma.length;
      const second = step === 1 ? first + u.length : first + 1;
      module.kernels.convert_yuv(head.at, planes.at, width, first, second, step * wide, step, width, height, out.at);
      return [...out.view.subarray(0, 4 * width * height)];
    };
    const found = pixels(1);
    expect(pixels(2)).toEqual(found); // I420 and NV12
    const chromaScale = scale === 1 ? 1 : 255 / 224;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const sample = Math.floor(row / 2) * wide + Math.floor(column / 2);
        const y = scale * (luma[row * width + column] - black);
        const r = y + 2 * (1 - red) * chromaScale * (v[sample] - 128);
        const b = y + 2 * (1 - blue) * chromaScale * (u[sample] - 128);
        const g = (y - red * r - blue * b) / (1 - red - blue);
        const at = 4 * (row * width + column);
        for (const [i, expected] of [r, g, b].entries()) {
          expect(Math.abs(found[at + i] - clamp(expected))).toBeLessThan(4);
        }
        expect(found[at + 3]).toBe(255);
      }
    }
  });
}

test("red and blue are exchanged", () => {
  const block = module.bytes(32);
  block.view.set([1, 2, 3, 4, 5, 6, 7, 8]);
  module.kernels.swap_red_blue(block.at, 4);
  expect([...block.view.subarray(0, 8)]).toEqual([3, 2, 1, 4, 7, 6, 5, 8]);
});

test("an opaque picture is told from one with a transparent pixel", () => {
  const block = module.bytes(32);
  block.view.fill(255);
  expect(module.kernels.is_opaque(block.at, 8)).toBe(1);
  block.view[4 * 5 + 3] = 254;
  expect(module.kernels.is_opaque(block.at, 8)).toBe(0);
});

test("pixels are written as they are: all of them, or one of two eyes", async () => {
  const rgba = toRgba(pattern(64, 64));
  const read = async (options: Parameters<typeof layoutOf>[0]) => {
    const picture = { kind: "pixels", buffer: rgba.buffer, width: 64, height: 64 } as const;
    const { at, width, height } = await reader.read(picture, layoutOf(options));
    return { width, height, pixels: [...new Uint8Array(module.buffer, at, 4 * width * height)] };
  };
  expect(await read({ fov: 65 })).toEqual({ width: 64, height: 64, pixels: [...rgba] });
  const upper = { width: 64, height: 32, pixels: [...rgba.subarray(0, 4 * 64 * 32)] };
  expect(await read({ stereo: "top-bottom" })).toEqual(upper);
  const left = await read({ stereo: "left-right", fov: 65 });
  const rows = Array.from({ length: 64 }, (_, row) => [...rgba.subarray(4 * 64 * row, 4 * (64 * row + 32))]);
  expect(left).toEqual({ width: 32, height: 64, pixels: rows.flat() });
  await expect(read({})).rejects.toThrow(/2:1 panorama, got 64×64/);
});
