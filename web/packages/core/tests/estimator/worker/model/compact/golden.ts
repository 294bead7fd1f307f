/** Golden networks of spec/golden, which Python made, and what runs them. */

import { readFileSync } from "node:fs";
import { parseCompact } from "../../../../../src/estimator/worker/model/compact/file.js";
import type { Tensor } from "../../../../../src/estimator/worker/model/compact/memory.js";
import { type Plan, planLayers } from "../../../../../src/estimator/worker/model/compact/plan.js";
import { type NativeModule, openNative } from "../../../../../src/estimator/worker/native/module.js";
import { readLocal, wasm } from "../../../../picture/fixtures.js";

const GOLDEN = new URL("../../../../../../../../spec/golden/", import.meta.url);

export const readGolden = <Content>(name: string): Content =>
  JSON.parse(readFileSync(new URL(name, GOLDEN), "utf8")) as Content;

export const bytesIn = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

export const floatsIn = (base64: string): Float32Array => new Float32Array(bytesIn(base64).buffer);

export const nativeModule = async (): Promise<NativeModule> => openNative(await readLocal(wasm));

const CELLS = 2048;
const noise = (i: number, seed: number): number => ((i * 7919 + seed * 104729) % 65521) / 65521;

/** Radiance and white of cells, RGB, by the formula in surroundings.json. */
export function goldenCells(seed: number, clipped: number, isDark = false): [Float32Array, Float32Array] {
  const length = { length: 3 * CELLS };
  return [
    Float32Array.from(length, (_, i) => noise(i, seed) ** 3 / (isDark ? 64 : 1)),
    Float32Array.from(length, (_, i) => (clipped ? Math.max(0, noise(i, seed + 10) + clipped - 1) / clipped : 0)),
  ];
}

/** Writes cells of three numbers as those of four that kernels read. */
export function spread(rgb: Float32Array, to: Float32Array): void {
  for (let i = 0; i < rgb.length; i++) to[4 * Math.floor(i / 3) + (i % 3)] = rgb[i];
}

/** A network of a golden file, planned. */
export function planOf(model: Uint8Array, module: NativeModule): Plan & { read: (name: string) => number[] } {
  const network = parseCompact(model);
  const plan = planLayers(network, model, module);
  return { ...plan, read: (name) => numbersOf(plan.tensors.get(network.outputs.get(name) ?? "") as Tensor, module) };
}

/** The numbers of a tensor, row by row, without what fills its cells up. */
export function numbersOf({ at, rows, columns, channels, step }: Tensor, module: NativeModule): number[] {
  const all = new Float32Array(module.buffer, at, rows * columns * step);
  return Array.from(all).filter((_, i) => i % step < channels);
}
