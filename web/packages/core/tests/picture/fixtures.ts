/** Numbers that Python made (tools/web/make_fixtures.py), and the files that both languages read. */

import { readFileSync } from "node:fs";
import { Decoders } from "../../src/picture/curves/decoders.js";
import { tabulatedDecoder } from "../../src/picture/curves/tables.js";

/** What is kept of an estimate. */
export interface KeptEstimate {
  coeffs: number[];
  panorama: number[];
  direction: number[];
  intensity: number;
  share: number;
  clipped: number;
  seen: number;
  response: string;
  curve: number[] | null;
  answer: string | null;
  uncertainty: number | null;
}

export const readFixture = <Content>(name: string): Content =>
  JSON.parse(readFileSync(new URL(`data/${name}.json`, import.meta.url), "utf8")) as Content;

const PYTHON = new URL("../../../../../src/lightprobe/", import.meta.url);

/** Addresses of what the package ships, as Python has it. */
export const tables = {
  filmic: new URL("imaging/tone/tables/filmic.npz", PYTHON).href,
  agx: new URL("imaging/tone/tables/agx.npz", PYTHON).href,
};
export const model = { manifest: new URL("pretrained/manifest.json", PYTHON).href, model: null };
export const wasm = new URL("../../native/lightprobe.wasm", import.meta.url).href;

/** Reads local files as a browser would fetch them. */
export async function readLocal(url: string): Promise<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(url))).buffer;
}

export const decoders = new Decoders((name) => tabulatedDecoder(name, tables, readLocal));

/** The largest difference, as a share of the largest expected value. */
export function distance(got: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(got[i] - value))) / largest;
}

/** Every n-th number. */
export const everyNth = (values: ArrayLike<number>, n: number): number[] =>
  Array.from(values).filter((_, i) => i % n === 0);
