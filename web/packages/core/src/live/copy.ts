/** Copies of estimates. */

import type { Estimate } from "../types.js";

/**
 * Returns a copy that shares no array with the original.
 *
 * @param target - filled and returned instead of a new object.
 */
export function copyEstimate(estimate: Estimate, target?: Estimate): Estimate {
  if (!target) return structuredClone(estimate);
  const { coeffs, panorama, light, curve, timing, ...rest } = estimate;
  const { direction, color, ...strength } = light;
  target.coeffs.set(coeffs);
  target.panorama.set(panorama);
  if (curve && target.curve) target.curve.set(curve);
  else target.curve = curve?.slice() ?? null;
  Object.assign(target.light, strength);
  Object.assign(target.light.direction, direction);
  Object.assign(target.light.color, color);
  Object.assign(target.timing, timing);
  return Object.assign(target, rest);
}
