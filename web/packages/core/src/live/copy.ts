/** Copies of estimates. */

import type { Estimate } from "../types.js";

/**
 * Returns a copy that shares no array with the original.
 *
 * @param target - filled and returned instead of a new object.
 */
export function copyEstimate(estimate: Estimate, target?: Estimate): Estimate {
  const { coeffs, panorama, light, curve, timing } = estimate;
  if (!target) {
    return {
      ...estimate,
      coeffs: coeffs.slice(),
      panorama: panorama.slice(),
      curve: curve?.slice() ?? null,
      light: { ...light, direction: [...light.direction], color: [...light.color] },
      timing: { ...timing },
    };
  }
  target.coeffs.set(coeffs);
  target.panorama.set(panorama);
  if (curve && target.curve) target.curve.set(curve);
  else target.curve = curve?.slice() ?? null;
  for (let axis = 0; axis < 3; axis++) {
    target.light.direction[axis] = light.direction[axis];
    target.light.color[axis] = light.color[axis];
  }
  target.light.intensity = light.intensity;
  target.light.share = light.share;
  target.clipped = estimate.clipped;
  target.seen = estimate.seen;
  target.response = estimate.response;
  target.answer = estimate.answer;
  target.uncertainty = estimate.uncertainty;
  target.notes = estimate.notes;
  Object.assign(target.timing, timing);
  return target;
}
