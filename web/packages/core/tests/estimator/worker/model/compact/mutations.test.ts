/** Damaged and hostile files are refused, or run to finite numbers: never a trap, never beyond the memory that is theirs. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LightprobeError } from "../../../../../src/errors.js";
import { openCompact } from "../../../../../src/estimator/worker/model/compact/compact-network.js";
import { parseManifest } from "../../../../../src/estimator/worker/model/manifest.js";
import { NativeModule } from "../../../../../src/estimator/worker/native/module.js";
import { model, readLocal, wasm } from "../../../../picture/fixtures.js";
import { bytesIn, readGolden } from "./golden.js";

const MUTATIONS = Number(process.env.FUZZ_MUTATIONS ?? 10_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MOST_MEMORY = 256e6;

const document = JSON.parse(new TextDecoder().decode(await readLocal(model.manifest)));
const manifest = parseManifest(document);
const coeffsOnly = { ...manifest, hasPanorama: false, hasCurve: false };
const shipped = new Uint8Array(readFileSync(new URL("model.bin", model.manifest)));
const { cases } = readGolden<{ cases: { model: string }[] }>("layers.json");
const small = cases.map(({ model: base64 }) => bytesIn(base64));
const compiled = new WebAssembly.Module(await readLocal(wasm));

/** Numbers below a bound, the same for the same seed (xorshift). */
function randomOf(seed: number): (bound: number) => number {
  let state = seed * 2654435761 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const headerLength = (file: Uint8Array): number => new DataView(file.buffer, file.byteOffset).getUint32(8, true);

/** A file with another header before the same arrays. */
function withHeader(file: Uint8Array, header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const start = 12 + headerLength(file);
  const arrays = file.subarray(start + (-start & 3));
  const begin = 12 + text.length;
  const out = new Uint8Array(begin + (-begin & 3) + arrays.length);
  out.set(file.subarray(0, 8));
  new DataView(out.buffer).setUint32(8, text.length, true);
  out.set(text, 12);
  out.set(arrays, begin + (-begin & 3));
  return out;
}

const VALUES = [
  0,
  1,
  -1,
  2,
  3,
  4,
  6,
  63,
  255,
  4096,
  65536,
  1e6,
  2 ** 31,
  2 ** 53,
  1e308,
  0.5,
  null,
  true,
  "",
  "seen",
  [],
  {},
];

/** Changes one value somewhere in a JSON document: another value, one of another place, or none. */
function changeDocument(root: Record<string, unknown>, random: (bound: number) => number): void {
  const [all, leaves]: [Record<string, unknown>, string][][] = [[], []];
  const visit = (node: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(node)) {
      all.push([node, key]);
      if (typeof value === "object" && value !== null) visit(value as Record<string, unknown>);
      else leaves.push([node, key]);
    }
  };
  visit(root);
  const places = random(3) ? leaves : all;
  const [parent, key] = places[random(places.length)];
  const [other, otherKey] = places[random(places.length)];
  const old = parent[key];
  const choice = random(6);
  if (choice === 0 && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (choice === 1 && Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(other[otherKey]));
  else if (choice === 2) parent[key] = structuredClone(other[otherKey]);
  else if (choice === 3 && typeof old === "number") parent[key] = old + random(5) - 2;
  else if (choice === 4 && typeof old === "number") parent[key] = old * 2;
  else parent[key] = VALUES[random(VALUES.length)];
}

function mutated(file: Uint8Array, random: (bound: number) => number): Uint8Array {
  const way = random(10);
  if (way < 6) {
    const header = JSON.parse(new TextDecoder().decode(file.subarray(12, 12 + headerLength(file))));
    for (let i = random(2); i >= 0; i--) changeDocument(header, random);
    return withHeader(file, JSON.stringify(header));
  }
  if (way === 6) return file.slice(0, random(file.length));
  const out = file.slice();
  const start = 12 + headerLength(file);
  for (let i = random(4); i >= 0; i--) {
    const at = way === 7 ? random(start) : start + random(file.length - start);
    if (at < out.length) out[at] = random(256);
  }
  return out;
}

/** What became of a file. */
async function outcomeOf(bytes: Uint8Array, isShipped: boolean): Promise<"refused" | "finite"> {
  const module = new NativeModule(new WebAssembly.Instance(compiled));
  try {
    const network = openCompact({ manifest: isShipped ? manifest : coeffsOnly, bytes }, module);
    network.inputs?.radiance.view.fill(0.5);
    network.inputs?.white.view.fill(0.1);
    const { coeffs } = await network.run("auto");
    expect(coeffs.every(Number.isFinite)).toBe(true);
    return "finite";
  } catch (error) {
    if (!(error instanceof LightprobeError)) throw error; // a trap, or a mistake of ours
    expect(error.message).toMatch(/^[^\n]+; [^\n]+$/);
    return "refused";
  } finally {
    expect(module.buffer.byteLength).toBeLessThan(MOST_MEMORY);
  }
}

test(`${MUTATIONS} mutations of model.bin are refused or finite`, { timeout: 60_000 + 12 * MUTATIONS }, async () => {
  const random = randomOf(SEED);
  const counts = { refused: 0, finite: 0 };
  for (let i = 0; i < MUTATIONS; i++) {
    const isShipped = random(4) === 0;
    const bytes = mutated(isShipped ? shipped : small[random(small.length)], random);
    counts[await outcomeOf(bytes, isShipped)]++;
  }
  expect(counts.refused).toBeGreaterThan(MUTATIONS / 4);
  expect(counts.finite).toBeGreaterThan(MUTATIONS / 20); // or the mutations are of one kind only
});
