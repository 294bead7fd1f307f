/** Estimates as one buffer of float32 that goes to and fro between the threads: frames allocate none. */

import { CELL_VALUES } from "../../picture/cells/grid.js";
import { COEFFS } from "../../sphere/numbers.js";
import type { Estimate } from "../../types.js";

/** Points of a tone curve that a model estimates: `Estimate.curve`. */
export const CURVE_POINTS = 16;

const PANORAMA_AT = COEFFS;
const CURVE_AT = PANORAMA_AT + CELL_VALUES;
const SCALARS_AT = CURVE_AT + CURVE_POINTS;
const SCALARS = 16;

/** Where the cells of a surround begin: their radiance, then their seen shares. */
export const SURROUND_AT = SCALARS_AT + SCALARS;

/** Bytes of one result; those of surrounds are larger. */
export const RESULT_BYTES = 4 * SURROUND_AT;

/** The notes of pictures of which there is nothing to say. */
export const NO_NOTES: readonly string[] = Object.freeze([]);

/** An estimate of darkness, to be filled. */
export function emptyEstimate(): Estimate {
  return {
    coeffs: new Float32Array(COEFFS),
    panorama: new Float32Array(CELL_VALUES),
    light: { direction: [0, 1, 0], color: [1, 1, 1], intensity: 0, share: 0 },
    clipped: 0,
    seen: 1,
    response: "auto",
    curve: null,
    answer: null,
    uncertainty: null,
    notes: NO_NOTES,
    timing: { main: 0, read: 0, prepare: 0, network: 0, light: 0, total: 0 },
  };
}

/** Writes all but `response`, `answer`, `notes` and the times of the calling thread. */
export function packEstimate(
  { coeffs, panorama, curve, light, clipped, seen, uncertainty, timing }: Estimate,
  to: ArrayBuffer,
): void {
  const values = new Float32Array(to);
  values.set(coeffs);
  values.set(panorama, PANORAMA_AT);
  if (curve) values.set(curve, CURVE_AT);
  const scalars = values.subarray(SCALARS_AT);
  scalars.set(light.direction, 0);
  scalars.set(light.color, 3);
  scalars[6] = light.intensity;
  scalars[7] = light.share;
  scalars[8] = clipped;
  scalars[9] = seen;
  scalars[10] = timing.read;
  scalars[11] = timing.prepare;
  scalars[12] = timing.network;
  scalars[13] = timing.light;
  scalars[14] = curve ? 1 : 0;
  scalars[15] = uncertainty ?? Number.NaN;
}

/** Reads a buffer of `packEstimate` into an estimate, and returns it. */
export function unpackEstimate(from: ArrayBuffer, to: Estimate): Estimate {
  const values = new Float32Array(from);
  const scalars = values.subarray(SCALARS_AT);
  to.coeffs.set(values.subarray(0, PANORAMA_AT));
  to.panorama.set(values.subarray(PANORAMA_AT, CURVE_AT));
  for (let axis = 0; axis < 3; axis++) {
    to.light.direction[axis] = scalars[axis];
    to.light.color[axis] = scalars[3 + axis];
  }
  to.light.intensity = scalars[6];
  to.light.share = scalars[7];
  to.clipped = scalars[8];
  to.seen = scalars[9];
  to.timing.read = scalars[10];
  to.timing.prepare = scalars[11];
  to.timing.network = scalars[12];
  to.timing.light = scalars[13];
  to.uncertainty = Number.isNaN(scalars[15]) ? null : scalars[15];
  if (scalars[14] === 0) to.curve = null;
  else {
    to.curve ??= new Float32Array(CURVE_POINTS);
    to.curve.set(values.subarray(CURVE_AT, SCALARS_AT));
  }
  return to;
}
