/** Other answers of a network, and how far irradiance may be off. Convention: spec/CONVENTIONS.md#answers. */

import { bandOf } from "../../../sphere/basis.js";
import { cosineLobe } from "../../../sphere/irradiance.js";
import type { Level } from "../light-path.js";

/** The order of the output `levels`. */
const LEVELS: readonly Level[] = ["best", "median", "low", "high"];

/** How much of the lost light is added to the network's own answer: a share, which may be negative. */
export function addedShare(levels: Float32Array, level: Level): number {
  const at = LEVELS.indexOf(level);
  return at < 0 ? 0 : 2 ** levels[at] - 1;
}

/** Half the width of the interval of irradiance [stops], at the ends of which these shares of the lost light are added. */
export function halfWidth(
  coeffs: ArrayLike<number>,
  lost: ArrayLike<number>,
  lowShare: number,
  highShare: number,
): number {
  const low = irradianceOf(coeffs, lost, lowShare);
  return low > 0 ? 0.25 * Math.log2(irradianceOf(coeffs, lost, highShare) / low) : 0;
}

/** Square of the irradiance, over all directions. */
function irradianceOf(coeffs: ArrayLike<number>, lost: ArrayLike<number>, share: number): number {
  let sum = 0;
  for (let i = 0; i < coeffs.length; i++) {
    sum += (cosineLobe(bandOf(Math.floor(i / 3))) * (coeffs[i] + share * lost[i])) ** 2;
  }
  return sum;
}
