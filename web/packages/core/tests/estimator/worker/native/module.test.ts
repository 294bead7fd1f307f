import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { FUNCTIONS } from "../../../../src/estimator/worker/model/compact/layers.js";
import { openNative } from "../../../../src/estimator/worker/native/module.js";

const file = readFileSync(new URL("../../../../native/lightprobe.wasm", import.meta.url));
const wasm = new Uint8Array(file).buffer;

const [EXP, LOG] = [FUNCTIONS.indexOf("exp"), FUNCTIONS.indexOf("log")];

afterEach(() => vi.unstubAllGlobals());

test("rooms are aligned, and do not overlap", async () => {
  const module = await openNative(wasm);
  const [first, second] = [module.bytes(3), module.floats(2)];
  expect([first.at % 16, second.at % 16]).toEqual([0, 0]);
  expect(second.at).toBeGreaterThanOrEqual(first.at + 3);
});

test("views hold after memory has grown", async () => {
  const module = await openNative(wasm);
  const block = module.floats(4);
  const before = block.view;
  before.set([1, 2, 3, 4]);
  expect(block.view).toBe(before);
  module.room(1_000_000);
  expect(before.length).toBe(0); // detached
  expect([...block.view]).toEqual([1, 2, 3, 4]);
});

test("a block that shrinks and grows again takes no more memory", async () => {
  const module = await openNative(wasm);
  const block = module.bytes(100);
  const { at } = block;
  block.resize(10);
  expect(block.view.length).toBe(10);
  block.resize(100);
  expect([block.at, block.view.length]).toEqual([at, 100]);
  block.resize(101);
  expect(block.at).not.toBe(at);
});

test("says how much memory is missing", async () => {
  const module = await openNative(wasm);
  expect(() => module.room(5e9)).toThrow(/^no memory for 5000 MB more; /);
});

test("exponentials and logarithms are those of Math within 3e-7", async () => {
  const module = await openNative(wasm);
  const values = Float32Array.from({ length: 400 }, (_, i) => (i - 200) / 2.3);
  const block = module.floats(400);
  block.view.set(values);
  module.kernels.apply(EXP, block.at, block.at, 100, 0, 0);
  block.view.forEach((value, i) => {
    const wanted = Math.exp(Math.max(-87, Math.min(87, values[i])));
    expect(Math.abs(value / wanted - 1)).toBeLessThan(3e-7);
  });
  const powers = Float32Array.from({ length: 400 }, (_, i) => 10 ** ((i - 210) / 7));
  block.view.set(powers);
  module.kernels.apply(LOG, block.at, block.at, 100, 0, 0);
  block.view.forEach((value, i) => {
    const wanted = Math.log(Math.max(1e-30, powers[i]));
    expect(Math.abs(value - wanted)).toBeLessThan(3e-7 * Math.max(1, Math.abs(wanted)));
  });
});

test.each([
  [new TextEncoder().encode("<!doctype html>").buffer, /^expected lightprobe\.wasm, got another file; /],
  [new ArrayBuffer(0), /^expected lightprobe\.wasm/],
  [wasm.slice(0, 200), /^WebAssembly has no SIMD here; /],
])("refuses other bytes", async (bytes, message) => {
  await expect(openNative(bytes as ArrayBuffer)).rejects.toMatchObject({ code: "wasm", message });
});

test("names what to do where WebAssembly is missing or forbidden", async () => {
  vi.stubGlobal("WebAssembly", {
    validate: () => true,
    instantiate: () => Promise.reject(new Error("Refused to compile")),
  });
  await expect(openNative(wasm)).rejects.toMatchObject({ code: "wasm", message: /'wasm-unsafe-eval'/ });
  vi.stubGlobal("WebAssembly", undefined);
  await expect(openNative(wasm)).rejects.toMatchObject({ code: "wasm", message: /update the browser/ });
});
