/** Smoother: steadier light from frame to frame, by a time constant and not by frame counts. */

import { directionalFit, dominantLight } from "../../sphere/light.js";
import type { Estimate } from "../../types.js";

/**
 * Exponential smoothing of estimates, in their own arrays.
 *
 * After a sudden change the answer is 63 % of the way there after one time constant [s], 95 % after three, whatever the
 * frame rate. Coefficients and panorama are smoothed, and the dominant light found anew on them: averaging directions
 * would send a light that moves behind the camera through the floor.
 */
export class Smoother {
  // double precision, as small steps would be lost in that of the arrays
  #coeffs = new Float64Array(0);
  #panorama = new Float64Array(0);
  #time = Number.NEGATIVE_INFINITY;
  #timeConstant = 0;

  /** @throws RangeError for a time constant that is negative or not finite. */
  constructor(timeConstant: number) {
    this.timeConstant = timeConstant;
  }

  /** [s]; 0 lets everything pass unchanged. May be changed on the way. */
  get timeConstant(): number {
    return this.#timeConstant;
  }

  set timeConstant(seconds: number) {
    if (!(Number.isFinite(seconds) && seconds >= 0)) {
      throw new RangeError(`expected a time constant ≥ 0 seconds, got ${seconds}; 0.3 suits a live view`);
    }
    this.#timeConstant = seconds;
  }

  /**
   * Smooths `coeffs`, `panorama` and `light` of this estimate, where they lie, and returns it.
   *
   * @param time - of its picture [s]; must not run backwards.
   * @param drawn - the panorama is drawn from the coefficients alone, so that the light is to be found on those.
   * @throws RangeError for a time before the last one, or none; call `reset` where a video is wound back.
   */
  smooth(estimate: Estimate, time: number, drawn = false): Estimate {
    if (!(this.#time <= time && time < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`expected a time ≥ ${this.#time} s, got ${time} s; reset() after winding back`);
    }
    const { coeffs, panorama, light } = estimate;
    const share = this.timeConstant > 0 ? -Math.expm1((this.#time - time) / this.timeConstant) : 1; // 1 at the first
    if (this.#coeffs.length !== coeffs.length) this.#coeffs = new Float64Array(coeffs.length);
    if (this.#panorama.length !== panorama.length) this.#panorama = new Float64Array(panorama.length);
    approach(this.#coeffs, coeffs, share);
    approach(this.#panorama, panorama, share);
    this.#time = time;
    if (share < 1) {
      if (drawn) directionalFit(coeffs, light);
      else dominantLight(coeffs, panorama, light);
    }
    return estimate;
  }

  /** Forgets everything: the next estimate passes unchanged. */
  reset(): void {
    this.#time = Number.NEGATIVE_INFINITY;
  }
}

/** Moves `kept` a share of its way to `values`, and writes it there. */
function approach(kept: Float64Array, values: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) {
    kept[i] = share < 1 ? kept[i] + share * (values[i] - kept[i]) : values[i];
    values[i] = kept[i];
  }
}
