/** Smoother: steadier light from frame to frame, by a time constant rather than by frame counts. */

import { directionalFit, dominantLight, type PanoramaFacts } from "../sphere/light.js";
import type { Estimate } from "../types.js";
import { checkSmoothing } from "./protocol/checks.js";

/** Largest difference between the components of two directions that are one. */
const SAME = 1e-3;

/**
 * Exponential smoothing of estimates, in place.
 *
 * After a sudden change the light is 63 % of the way there after one time constant [s], 95 % after three, whatever the
 * frame rate. Coefficients and panorama are smoothed, and the dominant light is computed from them: averaging directions
 * would send a light that moves behind the camera through the floor.
 */
export class Smoother {
  // in double precision: the arrays' float32 would lose small steps
  #coeffs: Float64Array = new Float64Array(0);
  #panorama: Float64Array = new Float64Array(0);
  #time = Number.NEGATIVE_INFINITY;
  #timeConstant = 0;

  /** @throws RangeError for a time constant that is negative or not finite. */
  constructor(timeConstant: number) {
    this.timeConstant = timeConstant;
  }

  /** [s]; 0 changes nothing. May be changed between estimates. */
  get timeConstant(): number {
    return this.#timeConstant;
  }

  set timeConstant(seconds: number) {
    this.#timeConstant = checkSmoothing(seconds);
  }

  /**
   * Smooths `coeffs`, `panorama` and `light` of this estimate in place, and returns it.
   *
   * @param time - of its picture [s]; must not run backwards.
   * @param isReconstructed - the panorama was computed from the coefficients, so the dominant light is too.
   * @throws RangeError for a time that is NaN, infinite or before the last one; call `reset` after a video jumps back.
   */
  smooth(estimate: Estimate, time: number, isReconstructed = false): Estimate {
    if (!(this.#time <= time && time < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `expected a time ≥ ${this.#time} s, got ${time} s; call reset() after the source jumps back`,
      );
    }
    const { coeffs, panorama, light } = estimate;
    const share = this.timeConstant > 0 ? -Math.expm1((this.#time - time) / this.timeConstant) : 1; // 1 for the first
    const facts = factsOf(estimate);
    this.#coeffs = approached(this.#coeffs, coeffs, share);
    this.#panorama = approached(this.#panorama, panorama, share);
    this.#time = time;
    if (share < 1) {
      if (isReconstructed) directionalFit(coeffs, light);
      else dominantLight(coeffs, panorama, light, facts);
    }
    return estimate;
  }

  /** Restarts: the next estimate stays as it is. */
  reset(): void {
    this.#time = Number.NEGATIVE_INFINITY;
  }
}

/** What the smoothed light has of the new one: it is greener than red and blue, or unseen, only if that one is. */
function factsOf({ coeffs, panorama, light, seen }: Estimate): PanoramaFacts {
  const { direction } = directionalFit(coeffs);
  const isUnseen = direction.every((value, axis) => Math.abs(value - light.direction[axis]) < SAME);
  const [red, green, blue] = light.color;
  return { seen: isUnseen ? seen : 1, guess: green > Math.max(red, blue) ? null : panorama };
}

/** Moves `kept`, if it is as long, this share of the way to `values`; copies it to `values`, and returns it. */
function approached(kept: Float64Array, values: Float32Array, share: number): Float64Array {
  const out = kept.length === values.length ? kept : Float64Array.from(values);
  for (let i = 0; i < values.length; i++)
    values[i] = out[i] = share < 1 ? out[i] + share * (values[i] - out[i]) : values[i];
  return out;
}
