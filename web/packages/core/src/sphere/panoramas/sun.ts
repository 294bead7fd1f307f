/** Panoramas and coefficients without their dominant light. */

import type { Estimate } from "../../types.js";
import { basis } from "../basis.js";
import type { NumberList } from "../numbers.js";
import { PANORAMA } from "../panorama.js";

const { width: WIDTH, height: HEIGHT } = PANORAMA;
const COS_CAP = /* @__PURE__ */ Math.cos((20 * Math.PI) / 180);
const COS_RING = /* @__PURE__ */ Math.cos((40 * Math.PI) / 180);

/**
 * Copies the panorama; within 20° of the dominant light it is limited to the mean of the ring from 20° to 40°.
 *
 * Convention: the cap and the ring of spec/CONVENTIONS.md#dominant-light, around the light's direction.
 *
 * @param out - filled and returned: 64 × 32 × 3 numbers.
 */
export function dimSun({ panorama, light }: Pick<Estimate, "panorama" | "light">, out: Float32Array): Float32Array {
  out.set(panorama);
  if (light.intensity <= 0) return out;
  let red = 0;
  let green = 0;
  let blue = 0;
  let weight = 0;
  eachCell(light.direction, (at, cosine, size) => {
    if (cosine > COS_CAP || cosine <= COS_RING) return;
    red += size * panorama[at];
    green += size * panorama[at + 1];
    blue += size * panorama[at + 2];
    weight += size;
  });
  eachCell(light.direction, (at, cosine) => {
    if (cosine <= COS_CAP) return;
    out[at] = Math.min(out[at], red / weight);
    out[at + 1] = Math.min(out[at + 1], green / weight);
    out[at + 2] = Math.min(out[at + 2], blue / weight);
  });
  return out;
}

function eachCell(direction: ArrayLike<number>, visit: (at: number, cosine: number, size: number) => void): void {
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    const latitude = Math.PI * (0.5 - (row + 0.5) / HEIGHT);
    const flat = Math.cos(latitude);
    const up = Math.sin(latitude) * direction[1];
    for (let column = 0; column < WIDTH; column++, at += 3) {
      const azimuth = Math.PI * ((2 * (column + 0.5)) / WIDTH - 1);
      visit(at, flat * (Math.cos(azimuth) * direction[0] + Math.sin(azimuth) * direction[2]) + up, flat);
    }
  }
}

const lobe = /* @__PURE__ */ new Float64Array(9);

/**
 * Coefficients without those of the dominant light, for scenes where a directional light replaces it.
 *
 * @param out - filled and returned: 27 numbers; may be `coeffs`.
 */
export function subtractSun<Out extends NumberList>(
  { coeffs, light }: Pick<Estimate, "coeffs" | "light">,
  out: Out = new Float64Array(coeffs.length) as NumberList as Out,
): Out {
  basis(light.direction, 3, lobe);
  for (let k = 0; k < coeffs.length; k++) {
    out[k] = coeffs[k] - light.intensity * light.color[k % 3] * lobe[Math.floor(k / 3)];
  }
  return out;
}
