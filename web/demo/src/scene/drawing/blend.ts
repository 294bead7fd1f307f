/** Light between two lights, for the moment in which one fades into the other. */

import type { Estimate, Triple } from "lightprobe";

/** Numbers between two lists, into `out`. */
function between(from: ArrayLike<number>, to: ArrayLike<number>, part: number, out: Float32Array | Triple): void {
  for (let i = 0; i < to.length; i++) out[i] = from[i] + (to[i] - from[i]) * part;
}

/**
 * The light a part [0…1] of the way from one to another; everything that is no light is the other's.
 *
 * @param out - its arrays are used again, if it is one that this function made.
 */
export function blend(from: Estimate, to: Estimate, part: number, out: Estimate | null): Estimate {
  const made = out ?? {
    ...to,
    coeffs: new Float32Array(to.coeffs.length),
    panorama: new Float32Array(to.panorama.length),
    light: { ...to.light, direction: [0, 0, 0], color: [0, 0, 0] },
  };
  between(from.coeffs, to.coeffs, part, made.coeffs);
  between(from.panorama, to.panorama, part, made.panorama);
  const { light } = made;
  between(from.light.direction, to.light.direction, part, light.direction);
  const length = Math.hypot(...light.direction);
  // halfway between opposite directions there is none
  if (length > 1e-6) for (let c = 0; c < 3; c++) light.direction[c] /= length;
  else light.direction = [...to.light.direction];
  between(from.light.color, to.light.color, part, light.color);
  light.intensity = from.light.intensity + (to.light.intensity - from.light.intensity) * part;
  light.share = from.light.share + (to.light.share - from.light.share) * part;
  return made;
}
