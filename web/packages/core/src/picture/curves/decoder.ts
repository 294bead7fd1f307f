/**
 * Decoders: from display values of a picture back to linear radiance.
 *
 * Convention: spec/CONVENTIONS.md#color. Radiance is linear Rec.709 in units of the display white of a hard-clipped picture.
 * A clipped value decodes to the least radiance that clips.
 */

import type { ResponseName } from "../../types.js";

/** A tone curve with a name. */
export type CurveName = Exclude<ResponseName, "auto">;

/** All responses; the index of a name is the number that a model's graph takes for it. */
export const RESPONSES: readonly ResponseName[] = ["auto", "srgb", "filmic", "agx", "aces", "reinhard"];

/** The curve by which a picture is decoded; `auto` counts as sRGB. */
export const curveOf = (response: ResponseName): CurveName => (response === "auto" ? "srgb" : response);

/** Numbers of a curve that mixes channels, for the kernels in native/tone.c, which do what `across` does. */
export interface Mixing {
  kind: "agx" | "filmic" | "aces";
  /** AgX: ln of radiance at the nodes, RGB and a 0, red varying fastest; Filmic: logarithms. */
  table?: Float32Array;
  /** AgX: nodes along an edge of the table. */
  nodes?: number;
  /** 3×3 matrices, row by row, that are applied before and after. */
  first?: ArrayLike<number>;
  last?: ArrayLike<number>;
}

/** The inverse of a curve: each channel goes through `perChannel`, then whole pixels through `across`. */
export interface Decoder {
  /** Radiance at which gray reaches display white. */
  white: number;
  /** Value of each of the 256 codes: radiance, unless `across` follows. */
  perChannel: Float32Array;
  /** For curves that mix channels: turns these values into radiance in place, RGB interleaved. */
  across?: (pixels: Float32Array) => void;
  /** The same as numbers. */
  mixing?: Mixing;
}

/** A function of display values 0 … 1, at the 256 codes. */
export function tabulated(perChannel: (display: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => perChannel(code / 255));
}

/** Radiance of 8-bit pixels, RGB interleaved. `out` is filled and returned. */
export function decode(rgb: Uint8Array, { perChannel, across }: Decoder, out: Float32Array): Float32Array {
  for (let i = 0; i < rgb.length; i++) out[i] = perChannel[rgb[i]];
  across?.(out);
  return out;
}
