/** Pace: a new sun in the picture must not flash. Convention: spec/SURROUND.md#pace. */

import { bandOf } from "../../../sphere/basis.js";
import { cosineLobe } from "../../../sphere/irradiance.js";
import type { Estimate } from "../../../types.js";

/**
 * An answer grows and falls at most so much a second, in units of its own irradiance or of this share of the new one's, so that it
 * gets out of the dark: 1 % from frame to frame at 30 frames/s. A guess that was too bright goes faster.
 */
const [RISE, FALL, START] = [0.3, 0.5, 0.5];

/** Limits the pace of answers; keeps the last one, in double precision. */
export class Pace {
  #coeffs: Float64Array | null = null;
  #panorama = new Float64Array(0);
  #time = 0;

  /** Moves from the last answer to this one, in place, as far as it comes until a time [s]. */
  limit({ coeffs, panorama }: Estimate, time: number): void {
    const last = this.#coeffs;
    let step = 1;
    if (last) {
      const change = irradianceOf(coeffs, last);
      const [before, after] = [irradianceOf(last), irradianceOf(coeffs)];
      const most = (after > before ? RISE : FALL) * (time - this.#time) * Math.max(before, START * after);
      if (change > most) step = most / change;
    } else {
      this.#coeffs = new Float64Array(coeffs.length);
      this.#panorama = new Float64Array(panorama.length);
    }
    this.#time = time;
    approach(this.#coeffs as Float64Array, coeffs, step);
    approach(this.#panorama, panorama, step);
  }
}

/** Moves `kept` a share of the way to `values`, and copies it there. */
function approach(kept: Float64Array, values: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) {
    kept[i] = share < 1 ? kept[i] + share * (values[i] - kept[i]) : values[i];
    values[i] = kept[i];
  }
}

/** Norm of the irradiance of coefficients, less others. */
function irradianceOf(coeffs: ArrayLike<number>, others?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < coeffs.length; i++) {
    sum += (cosineLobe(bandOf(Math.floor(i / 3))) * (coeffs[i] - (others ? others[i] : 0))) ** 2;
  }
  return Math.sqrt(sum);
}
