/**
 * From radiance coefficients to the light that surfaces see.
 *
 * Convention: coefficients are radiance L_lm. E(n) = ∫ L(ω) max(n·ω, 0) dω, so a white Lambertian surface shows E/π
 * and constant radiance 1 gives E = π.
 */

import type { Triple } from "../types.js";
import { bandCount, basis, MAX_BANDS } from "./basis.js";

/**
 * Factor A_l of band l from radiance to irradiance: π, 2π/3, π/4, 0, …
 *
 * Source: Ramamoorthi & Hanrahan, "An Efficient Representation for Irradiance Environment Maps", 2001, equation 8.
 */
export function cosineLobe(l: number): number {
  if (l === 1) return (2 * Math.PI) / 3;
  if (l % 2) return 0;
  let binomial = 1; // l! / (2^l ((l/2)!)²)
  for (let k = 1; k <= l / 2; k++) binomial *= (2 * k - 1) / (2 * k);
  return ((l % 4 ? 2 : -2) * Math.PI * binomial) / ((l + 2) * (l - 1));
}

let lobe: Float64Array | undefined;
const scratch = /* @__PURE__ */ new Float64Array(MAX_BANDS * MAX_BANDS);

/**
 * Irradiance of a surface with this unit normal [radiance · sr], per channel; a white one shows it divided by π.
 *
 * Convention: 3 × bands² radiance coefficients, RGB interleaved, three frame. Source: Ramamoorthi & Hanrahan 2001,
 * equation 7.
 *
 * @param out - filled and returned, where given.
 * @throws RangeError if the coefficients do not fill whole bands.
 */
export function irradianceAt(coeffs: ArrayLike<number>, normal: ArrayLike<number>, out: Triple = [0, 0, 0]): Triple {
  lobe ??= Float64Array.from({ length: MAX_BANDS }, (_, l) => cosineLobe(l));
  return weighted(coeffs, normal, lobe, out);
}

/**
 * Radiance that the coefficients describe in a unit direction, per channel. May be negative (ringing).
 *
 * @param out - filled and returned, where given.
 * @throws RangeError if the coefficients do not fill whole bands.
 */
export function radianceAt(coeffs: ArrayLike<number>, direction: ArrayLike<number>, out: Triple = [0, 0, 0]): Triple {
  return weighted(coeffs, direction, undefined, out);
}

function weighted(
  coeffs: ArrayLike<number>,
  direction: ArrayLike<number>,
  factors: Float64Array | undefined,
  out: Triple,
): Triple {
  const bands = bandCount(coeffs.length);
  const values = basis(direction, bands, scratch);
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let l = 0, i = 0; l < bands; l++) {
    const factor = factors ? factors[l] : 1;
    for (; i < (l + 1) * (l + 1); i++) {
      const value = factor * values[i];
      red += value * coeffs[3 * i];
      green += value * coeffs[3 * i + 1];
      blue += value * coeffs[3 * i + 2];
    }
  }
  out[0] = red;
  out[1] = green;
  out[2] = blue;
  return out;
}
