/**
 * Spherical harmonics as other tools store them: conversion in both directions.
 *
 * Convention: spec/CONVENTIONS.md#stored, with the evidence for each; its table is this list. A convention is a frame
 * (axes), a factor per coefficient, a mixture of the coefficients of one channel, and a layout. Inside, there is one
 * truth: radiance coefficients L_lm, three frame.
 */

import { bandOf, POLYNOMIAL_CONSTANTS } from "../basis.js";
import { cosineLobe } from "../irradiance.js";
import { COEFFS, checkCoeffs } from "../numbers.js";
import { rotate } from "../rotation.js";
import { applyWindow, type WindowKind } from "../window.js";
import { FRAMES, type FrameName } from "./frames.js";

/** One way of storing coefficients. */
export interface Convention {
  readonly name: ConventionName;
  readonly summary: string;
  /** The axes of the world in which the stored light shines. */
  readonly frame: FrameName;
  /** All of red, then all of green, then all of blue, rather than RGB by RGB. */
  readonly planar: boolean;
  /** The window that the convention's own tool applies by default. */
  readonly window: "auto" | "auto-radiance" | "none";
  /** What each stored value of a channel is called. */
  readonly labels: readonly string[];
}

/** Stored values as sums of scaled coefficients: [index, factor] pairs, or one index alone. */
type Mixture = readonly (number | readonly (readonly [number, number])[])[];

interface Recipe extends Convention {
  /** Factor of coefficient i. */
  readonly scale: (i: number) => number;
  readonly mixture?: Mixture;
}

const orderOf = (i: number): number => i - bandOf(i) * (bandOf(i) + 1);
const one = (): number => 1;
const lobe = (i: number): number => cosineLobe(bandOf(i));
/** The Condon-Shortley sign. */
const sign = (i: number): number => (orderOf(i) % 2 ? -1 : 1);
/** E/π as a polynomial in 1, y, z, x, xy, yz, 3z²−1, xz, x²−y²: what a white surface shows. */
const shaded = (i: number): number => (lobe(i) / Math.PI) * POLYNOMIAL_CONSTANTS[i];
/** The same of light that has been through the cosine lobe (A_l/π) once before. */
const twiceShaded = (i: number): number => (lobe(i) / Math.PI) * shaded(i);

// biome-ignore format: rows as in the specification's table
const PACKED: Mixture = [3, 1, 2, [[0, 1], [6, -1]], 4, 5, [[6, 3]], 7, 8];
// biome-ignore format: rows as in the specification's table
const BABYLON: Mixture = [3, 1, 2, [[0, 1], [6, -1], [8, 1]], [[0, 1], [6, -1], [8, -1]], [[0, 1], [6, 2]], 5, 7, 4];
const PLAYCANVAS: Mixture = [0, 3, 1, 2, 7, 5, 4, 6, 8];

const LM = ["L00", "L1-1", "L10", "L11", "L2-2", "L2-1", "L20", "L21", "L22"];
const PACKED_LABELS = ["A.x", "A.y", "A.z", "A.w", "B.x", "B.y", "B.z", "B.w", "C"];
const numbered = (letters: string): string[] => LM.map((_, i) => `${letters}${i}`);

const NAMES = [
  "radiance",
  "irradiance",
  "cmgen",
  "cmgen-irradiance",
  "cmgen-radiance",
  "arcore",
  "arkit",
  "webxr",
  "unity",
  "unity-packed",
  "unreal",
  "unreal-packed",
  "blender",
  "godot",
  "usd",
  "cesium",
  "playcanvas",
  "babylon",
] as const;

/** A convention that is known. */
export type ConventionName = (typeof NAMES)[number];

function recipe(
  name: ConventionName,
  summary: string,
  frame: FrameName,
  scale: Recipe["scale"],
  more: Partial<Recipe> = {},
): Recipe {
  return { name, summary, frame, planar: false, window: "none", labels: LM, scale, ...more };
}

const RECIPES: readonly Recipe[] = /* @__PURE__ */ (() => [
  recipe("radiance", "L_lm, the truth inside; three.js LightProbe.sh", "three", one),
  recipe("irradiance", "A_l L_lm: irradiance by evaluating the basis", "three", lobe),
  recipe("cmgen", "cmgen --sh-shader: E/π as a polynomial, windowed; Filament IndirectLight", "filament", shaded, {
    window: "auto",
  }),
  recipe(
    "cmgen-irradiance",
    "cmgen --sh-irradiance: A_l L_lm, Condon-Shortley sign, windowed",
    "filament",
    (i) => sign(i) * lobe(i),
    { window: "auto" },
  ),
  recipe("cmgen-radiance", "cmgen --sh: L_lm, Condon-Shortley sign, windowed on radiance", "filament", sign, {
    window: "auto-radiance",
  }),
  recipe("arcore", "ARCore Environmental HDR: L_lm, Condon-Shortley sign", "three", sign),
  recipe("arkit", "ARKit directional light estimate: 9 red, 9 green, 9 blue", "three", one, { planar: true }),
  recipe("webxr", "WebXR Lighting Estimation: L_lm, as three.js reads it", "three", one),
  recipe("unity", "Unity SphericalHarmonicsL2: E/π as a polynomial, channel by channel", "unity", shaded, {
    planar: true,
    labels: numbered("sh"),
  }),
  recipe("unity-packed", "Unity shader constants unity_SHAr … unity_SHC", "unity", shaded, {
    mixture: PACKED,
    labels: PACKED_LABELS.map((label) => `SH${label}`),
  }),
  recipe("unreal", "Unreal FSHVectorRGB3: L_lm, Condon-Shortley sign, channel by channel", "unreal", sign, {
    planar: true,
    labels: numbered("V"),
  }),
  recipe("unreal-packed", "Unreal sky irradiance constants, 7 × float4", "unreal", shaded, {
    mixture: PACKED,
    labels: PACKED_LABELS,
  }),
  recipe("blender", "L_lm in Blender's axes (it has no SH of its own: for nodes and scripts)", "blender", one),
  recipe("godot", "L_lm in Godot's axes (it has no SH of its own: for shaders and scripts)", "godot", one),
  recipe("usd", "L_lm in USD's axes, Y up (it has no SH of its own: for UsdLuxDomeLight)", "usd", one),
  recipe("cesium", "CesiumJS sphericalHarmonicCoefficients: as cmgen --sh-shader --no-mirror", "cesium", shaded, {
    window: "auto",
  }),
  recipe("playcanvas", "PlayCanvas material.ambientSH: E/π as a polynomial in its order", "playcanvas", shaded, {
    mixture: PLAYCANVAS,
    labels: ["1", "x", "y", "z", "xz", "zy", "yx", "3zz-1", "xx-yy"],
  }),
  recipe("babylon", "Babylon.js SphericalPolynomial: (A_l/π)² K L_lm over x … xy", "babylon", twiceShaded, {
    mixture: BABYLON,
    labels: ["x", "y", "z", "xx", "yy", "zz", "yz", "zx", "xy"],
  }),
])();

/** All conventions, the one used inside first. */
export const CONVENTIONS: readonly Convention[] = RECIPES;

function find(name: string): Recipe {
  const found = RECIPES.find((convention) => convention.name === name);
  if (!found) throw new RangeError(`expected a convention (${NAMES.join(", ")}), got '${name}'; choose one of these`);
  return found;
}

/**
 * The convention of this name.
 *
 * @throws RangeError for an unknown name.
 */
export const findConvention: (name: string) => Convention = find;

/** Options of `toConvention` and `shText`. */
export interface ConventionOptions {
  /**
   * Default: the window of that tool (cmgen: automatic; the others: none). `none` for light that is windowed already.
   */
  window?: WindowKind;
}

/** What the mixture adds up to: stored values of one channel as rows of nine factors of the scaled coefficients. */
function rows(mixture: Mixture = [0, 1, 2, 3, 4, 5, 6, 7, 8]): number[][] {
  return mixture.map((entry) => {
    const row = new Array<number>(9).fill(0);
    for (const [i, factor] of typeof entry === "number" ? [[entry, 1]] : entry) row[i] = factor;
    return row;
  });
}

const place = (convention: Convention, row: number, channel: number): number =>
  convention.planar ? 9 * channel + row : 3 * row + channel;

/**
 * The 27 numbers that another tool stores, in the order in which it lays them out.
 *
 * Convention: `coeffs` are 27 radiance coefficients, RGB interleaved, three frame.
 *
 * @throws RangeError for an unknown convention or window, or coefficients that are not 27 finite numbers.
 */
export function toConvention(
  coeffs: ArrayLike<number>,
  name: ConventionName,
  options: ConventionOptions = {},
): number[] {
  const convention = find(name);
  const windowed = applyWindow(coeffs, options.window ?? convention.window);
  if (convention.frame !== "three") rotate(windowed, FRAMES[convention.frame], windowed);
  const out = new Array<number>(COEFFS).fill(0);
  rows(convention.mixture).forEach((factors, row) => {
    for (let channel = 0; channel < 3; channel++) {
      let value = 0;
      factors.forEach((factor, i) => {
        if (factor !== 0) value += factor * convention.scale(i) * windowed[3 * i + channel];
      });
      out[place(convention, row, channel)] = value;
    }
  });
  return out;
}

/**
 * Radiance coefficients (27, RGB interleaved, three frame) from the numbers that another tool stores, in its layout.
 *
 * A window that is in them stays in them.
 *
 * @throws RangeError for an unknown convention, or values that are not 27 finite numbers.
 */
export function fromConvention(values: ArrayLike<number>, name: ConventionName): Float64Array {
  const convention = find(name);
  checkCoeffs(values);
  const inverse = invert(rows(convention.mixture));
  const out = new Float64Array(COEFFS);
  inverse.forEach((factors, i) => {
    for (let channel = 0; channel < 3; channel++) {
      factors.forEach((factor, row) => {
        out[3 * i + channel] += (factor * values[place(convention, row, channel)]) / convention.scale(i);
      });
    }
  });
  if (convention.frame === "three") return out;
  const frame = FRAMES[convention.frame];
  return rotate(
    out,
    [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => frame[i]),
    out,
  );
}

/** Inverse of a small matrix: Gauss and Jordan's elimination with the largest pivot of each column. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const a = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column; row < n; row++) if (Math.abs(a[row][column]) > Math.abs(a[best][column])) best = row;
    [a[column], a[best]] = [a[best], a[column]];
    const pivot = a[column][column];
    a[column] = a[column].map((value) => value / pivot);
    for (let row = 0; row < n; row++) {
      const factor = a[row][column];
      if (row !== column && factor !== 0) a[row] = a[row].map((value, j) => value - factor * a[column][j]);
    }
  }
  return a.map((row) => row.slice(n));
}
