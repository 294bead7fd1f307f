/** Convolutions of all sizes against eight lines of JavaScript: Winograd's way for some of them, directly for the others. */

import { expect, test } from "vitest";
import { nativeModule, planOf } from "./golden.js";

const noise = (i: number): number => ((i * 7919 + 104729) % 65521) / 65521 - 0.5;

interface Sizes {
  k: number;
  stride: number;
  n: number;
  c: number;
  rows: number;
  columns: number;
}

/** A network of one convolution of a constant, which also adds a constant row. */
function modelOf({ k, stride, n, c, rows, columns }: Sizes, outRows: number): [Uint8Array, Float32Array[]] {
  const shapes = [[rows, columns, c], [n, c, k, k], [n], [outRows, 1, n], [1, 9, 3]];
  const arrays = shapes.map((shape, j) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return Float32Array.from({ length }, (_, i) => noise(i + 1000 * j));
  });
  const constant = (to: string, array: number) => ({ kind: "constant", from: [], to, array });
  const convolution = { weights: 1, bias: 2, stride, activation: "none" };
  const layers = [
    constant("x", 0),
    constant("row", 3),
    constant("coeffs", 4),
    { kind: "convolution", from: ["x", "row"], to: "y", ...convolution },
  ];
  const header = {
    inputs: {},
    arrays: shapes.map((shape) => ({ type: "float32", shape })),
    layers,
    outputs: { coeffs: "coeffs", y: "y" },
  };
  const text = new TextEncoder().encode(JSON.stringify(header).padEnd(4 * 300));
  const head = new Uint8Array(12);
  head.set(new TextEncoder().encode("LPMODEL2"));
  new DataView(head.buffer).setUint32(8, text.length, true);
  return [new Uint8Array(Buffer.concat([head, text, ...arrays.map((a) => new Uint8Array(a.buffer))])), arrays];
}

test.each<Sizes>([
  { k: 3, stride: 1, n: 8, c: 8, rows: 4, columns: 8 },
  { k: 3, stride: 1, n: 5, c: 6, rows: 6, columns: 10 },
  { k: 3, stride: 1, n: 20, c: 3, rows: 2, columns: 2 },
  { k: 3, stride: 1, n: 12, c: 5, rows: 5, columns: 7 },
  { k: 3, stride: 1, n: 16, c: 16, rows: 8, columns: 32 },
  { k: 3, stride: 1, n: 5, c: 6, rows: 4, columns: 20 },
  { k: 3, stride: 1, n: 9, c: 7, rows: 12, columns: 16 },
  { k: 3, stride: 1, n: 9, c: 7, rows: 6, columns: 16 },
  { k: 3, stride: 2, n: 12, c: 5, rows: 6, columns: 12 },
  { k: 4, stride: 2, n: 16, c: 6, rows: 8, columns: 16 },
  { k: 4, stride: 2, n: 3, c: 5, rows: 4, columns: 12 },
  { k: 4, stride: 2, n: 9, c: 1, rows: 4, columns: 4 },
  { k: 4, stride: 2, n: 9, c: 2, rows: 6, columns: 10 },
  { k: 4, stride: 1, n: 4, c: 4, rows: 6, columns: 6 },
  { k: 1, stride: 1, n: 13, c: 7, rows: 3, columns: 3 },
  { k: 1, stride: 2, n: 6, c: 9, rows: 4, columns: 6 },
])("$k×$k, stride $stride, $c → $n channels, $rows×$columns cells", async (sizes) => {
  const { k, stride, n, c, rows, columns } = sizes;
  const margin = k === 1 ? 0 : 1;
  const [outRows, outColumns] = [rows, columns].map((size) => Math.floor((size + 2 * margin - k) / stride) + 1);
  const [model, [x, weights, bias, row]] = modelOf(sizes, outRows);
  const plan = planOf(model, await nativeModule());
  for (const step of plan.steps) step();
  const got = plan.read("y");
  const expected: number[] = [];
  for (let cell = 0; cell < outRows * outColumns; cell++) {
    const [top, left] = [Math.floor(cell / outColumns), cell % outColumns].map((at) => at * stride - margin);
    for (let filter = 0; filter < n; filter++) {
      let sum = bias[filter] + row[Math.floor(cell / outColumns) * n + filter];
      for (let tap = 0; tap < c * k * k; tap++) {
        const [channel, y, column] = [Math.floor(tap / k / k), top + (Math.floor(tap / k) % k), left + (tap % k)];
        const around = (column + columns) % columns;
        if (y >= 0 && y < rows) sum += weights[filter * c * k * k + tap] * x[(y * columns + around) * c + channel];
      }
      expected.push(sum);
    }
  }
  expect(got.length).toBe(expected.length);
  const errors = got.map((value, i) => Math.abs(value - expected[i]));
  expect(Math.max(...errors)).toBeLessThan(2e-6 * Math.max(...expected.map(Math.abs)));
});
