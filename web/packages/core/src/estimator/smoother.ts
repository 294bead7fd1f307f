/** Smoother: steadier light from frame to frame, by a time constant rather than by frame counts. */

import { directionalFit, dominantLight, type PanoramaFacts } from "../sphere/light.js";
import type { DominantLight, Estimate } from "../types.js";
import { checkSmoothing } from "./protocol/checks.js";

/** 1 − cosine of the angle between two directions that are one. */
const SAME = 1e-6;

/**
 * Exponential smoothing of estimates, in place.
 *
 * After a sudden change the light is 63 % of the way there after one time constant [s], 95 % after three, whatever the
 * frame rate. Coefficients and panorama are smoothed, and the dominant light is computed from them: averaging directions
 * would send a light that moves behind the camera through the floor.
 */
export class Smoother {
  // in double precision: the arrays' float32 would lose small steps
  #coeffs = new Float64Array(0);
  #panorama = new Float64Array(0);
  readonly #fit: DominantLight = { direction: [0, 1, 0], color: [1, 1, 1], intensity: 0, share: 0 };
  readonly #facts: PanoramaFacts = {};
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
    if (this.#coeffs.length !== coeffs.length) this.#coeffs = new Float64Array(coeffs.length);
    if (this.#panorama.length !== panorama.length) this.#panorama = new Float64Array(panorama.length);
    this.#findFacts(estimate);
    approach(this.#coeffs, coeffs, share);
    approach(this.#panorama, panorama, share);
    this.#time = time;
    if (share < 1) {
      if (isReconstructed) directionalFit(coeffs, light);
      else dominantLight(coeffs, panorama, light, this.#facts);
    }
    return estimate;
  }

  /** What the smoothed light has of the new one: it is greener than red and blue, or unseen, only if that one is. */
  #findFacts({ coeffs, panorama, light, seen }: Estimate): void {
    const { direction } = directionalFit(coeffs, this.#fit);
    const cosine = direction.reduce((sum, value, axis) => sum + value * light.direction[axis], 0);
    const [red, green, blue] = light.color;
    this.#facts.seen = cosine > 1 - SAME ? seen : 1;
    this.#facts.guess = green > Math.max(red, blue) ? null : panorama;
  }

  /** Restarts: the next estimate stays as it is. */
  reset(): void {
    this.#time = Number.NEGATIVE_INFINITY;
  }
}

/** Moves `kept` this share of the way to `values`, and copies it to `values`. */
function approach(kept: Float64Array, values: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) {
    kept[i] = share < 1 ? kept[i] + share * (values[i] - kept[i]) : values[i];
    values[i] = kept[i];
  }
}
