/**
 * Tone curves undone: from the sRGB values of a picture back to linear radiance.
 *
 * Convention: spec/CONVENTIONS.md#color. Radiance is linear Rec.709 in units of the display white of a hard-clipped picture.
 * What a curve clips is lost: decoding gives the least radiance that looks like it.
 */

import type { ResponseName } from "../../types.js";

/** A tone curve that can be undone; without one (`auto`) pictures are decoded as `srgb`. */
export type CurveName = Exclude<ResponseName, "auto">;

/** All names of responses, in the order of the numbers that a model's graph takes. */
export const RESPONSES: readonly ResponseName[] = ["auto", "srgb", "filmic", "agx", "aces", "reinhard"];

/** One curve on the way back: each channel goes through `perChannel`, then whole pixels through `across`. */
export interface Decoder {
  /** Radiance at which gray reaches display white. */
  white: number;
  /** Of the 256 codes. */
  perChannel: Float32Array;
  /** Finishes pixels in place, RGB interleaved, where the curve mixes channels. */
  across?: (pixels: Float32Array) => void;
}

/** A function of display values 0 … 1, of the 256 codes. */
export function tabulated(perChannel: (display: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => perChannel(code / 255));
}

/** Radiance of 8-bit pixels, RGB interleaved. `out` is filled and returned. */
export function decode(rgb: Uint8Array, { perChannel, across }: Decoder, out: Float32Array): Float32Array {
  for (let i = 0; i < rgb.length; i++) out[i] = perChannel[rgb[i]];
  across?.(out);
  return out;
}
