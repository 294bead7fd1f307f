/** What the tests of the sphere share: golden files, agreement, chance that repeats itself. */

import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** Text of a file of the project, by its path from the root. */
export function projectFile(path: string): string {
  return readFileSync(new URL(`../../../../../${path}`, import.meta.url), "utf8");
}

/** A file of spec/golden, as TypeScript expects it to be. */
export function golden<T>(name: string): T {
  return JSON.parse(projectFile(`spec/golden/${name}.json`)) as T;
}

/**
 * Agreement of every number, to `tolerance` of the largest one expected, at least of 1: spec/CONVENTIONS.md's promise.
 */
export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  const numbers = Array.from(expected);
  const scale = Math.max(1, ...numbers.map(Math.abs));
  const worst = Math.max(...numbers.map((value, i) => Math.abs(actual[i] - value) / scale));
  expect(worst).toBeLessThanOrEqual(tolerance); // not so of NaN either
}

/** Numbers from 0 to 1 by chance, the same for the same seed. Source: Marsaglia, "Xorshift RNGs", 2003. */
export function chance(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** A unit direction by chance. */
export function direction(random: () => number): [number, number, number] {
  const z = 2 * random() - 1;
  const azimuth = 2 * Math.PI * random();
  const radius = Math.sqrt(1 - z * z);
  return [radius * Math.cos(azimuth), radius * Math.sin(azimuth), z];
}

/** A random rotation, nine numbers row by row; a reflection if `reflects`. */
export function orthogonal(random: () => number, reflects = false): number[] {
  const z = direction(random);
  const other = direction(random);
  const x = unit(cross(other, z));
  const y = cross(z, x);
  return [...(reflects ? x.map((value) => -value) : x), ...y, ...z];
}

/** Light of three bands that is mostly mean. */
export function gentle(random: () => number): Float64Array {
  return Float64Array.from({ length: 27 }, (_, i) => (i < 3 ? 3 : 0) + 0.4 * (random() - 0.5));
}

/** M d. */
export function times(matrix: ArrayLike<number>, d: ArrayLike<number>): number[] {
  return [0, 3, 6].map((row) => matrix[row] * d[0] + matrix[row + 1] * d[1] + matrix[row + 2] * d[2]);
}

export function unit(v: readonly number[]): number[] {
  const length = Math.hypot(...v);
  return v.map((value) => value / length);
}

export function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** [degrees] between two unit directions. */
export function degreesApart(a: readonly number[], b: readonly number[]): number {
  return (Math.atan2(Math.hypot(...cross(a, b)), a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) * 180) / Math.PI;
}
