/** React compares by identity, so each light is an object of its own. */

import type { Estimate } from "../types.js";

/** A copy that shares nothing with the original. */
export function copyEstimate(estimate: Estimate): Estimate {
  const { direction, color } = estimate.light;
  return {
    ...estimate,
    coeffs: estimate.coeffs.slice(),
    panorama: estimate.panorama.slice(),
    curve: estimate.curve?.slice() ?? null,
    light: { ...estimate.light, direction: [...direction], color: [...color] },
    timing: { ...estimate.timing },
  };
}
