/**
 * Windows against ringing: three bands cannot follow a sun, and dip below zero on its far side.
 *
 * Convention: spec/CONVENTIONS.md#windowing. A window is one factor per coefficient, the same for every m of a band and
 * for every channel, so that neither directions nor hues turn.
 */

import { bandOf } from "./basis.js";
import { cosineLobe } from "./irradiance.js";
import { COEFFS, checkCoeffs, type NumberList } from "./numbers.js";
import { quadraticMinimum, sloanBound } from "./ringing.js";

/**
 * `auto`: cmgen's, judged on irradiance; it always does a little. `auto-radiance`: the same on radiance, as `cmgen
 * --sh`. `sloan`: the mildest damping that keeps irradiance from being negative; it leaves light that does not ring as
 * it is. `none`: ones. A number: sinc⁴ with that cut-off [bands].
 */
export type WindowKind = "auto" | "auto-radiance" | "sloan" | "none" | number;

/**
 * Factors of the nine coefficients of a channel under a window.
 *
 * Convention: `coeffs` are 27 radiance coefficients, RGB interleaved.
 *
 * @throws RangeError for another kind, a cut-off that is not above 0, or `sloan` where a channel has no positive mean.
 */
export function window(coeffs: ArrayLike<number>, kind: WindowKind = "auto"): Float64Array {
  checkCoeffs(coeffs);
  if (kind === "none") return perBand(() => 1);
  if (kind === "auto") return sincWindow(automaticCutoff(shaded(coeffs)));
  if (kind === "auto-radiance") return sincWindow(automaticCutoff(coeffs));
  if (kind === "sloan") return laplacianWindow(sloanDamping(coeffs));
  if (typeof kind === "number") return sincWindow(kind);
  throw new RangeError(
    `expected a window 'auto', 'auto-radiance', 'sloan', 'none' or a cut-off in bands, got '${kind}'; leave it out for 'auto'`,
  );
}

/**
 * The coefficients times the factors of a window.
 *
 * @param out - filled and returned, where given; may be `coeffs`.
 * @throws RangeError as `window` does.
 */
export function applyWindow<Out extends NumberList = Float64Array>(
  coeffs: ArrayLike<number>,
  kind: WindowKind = "auto",
  out: Out = new Float64Array(COEFFS) as NumberList as Out,
): Out {
  const factors = window(coeffs, kind);
  for (let i = 0; i < COEFFS; i++) out[i] = factors[Math.floor(i / 3)] * coeffs[i];
  return out;
}

const perBand = (factor: (l: number) => number): Float64Array =>
  Float64Array.from({ length: COEFFS / 3 }, (_, i) => factor(bandOf(i)));

/** One channel of RGB interleaved. */
const channelOf = (coeffs: ArrayLike<number>, channel: number): Float64Array =>
  Float64Array.from({ length: COEFFS / 3 }, (_, i) => coeffs[3 * i + channel]);

/** The coefficients of irradiance: A_l L_lm. */
const shaded = (coeffs: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: COEFFS }, (_, i) => cosineLobe(bandOf(Math.floor(i / 3))) * coeffs[i]);

/**
 * (sin(πl/w)/(πl/w))⁴ below the cut-off w, 0 from there on. Source: Filament, libs/ibl/src/CubemapSH.cpp, sincWindow.
 */
function sinc(l: number, cutoff: number): number {
  if (l === 0) return 1;
  const angle = (Math.PI * l) / cutoff;
  return l < cutoff ? (Math.sin(angle) / angle) ** 4 : 0;
}

function sincWindow(cutoff: number): Float64Array {
  if (!(cutoff > 0)) {
    throw new RangeError(`expected a cut-off above 0 bands, got ${cutoff}; 'auto' finds one, 'none' applies none`);
  }
  return perBand((l) => sinc(l, cutoff));
}

/**
 * The cut-off w [bands] of cmgen's default window.
 *
 * Bisects from w = 13 down to w = 3 for the mildest window whose result is nowhere negative; one cut-off for all
 * channels, the smallest. Without any ringing the search still ends below its start, at 12.77.
 *
 * @param coeffs - those of the function that must not be negative: irradiance, in cmgen's default.
 */
export function automaticCutoff(coeffs: ArrayLike<number>): number {
  let cutoff = 13;
  for (let channel = 0; channel < 3; channel++) {
    const bound = sloanBound(channelOf(coeffs, channel));
    let low = 3;
    let high = cutoff;
    for (let round = 0; round < 16 && low + 0.1 < high; round++) {
      const middle = (low + high) / 2;
      if (bound(sinc(1, middle), sinc(2, middle)) < 0) high = middle;
      else low = middle;
    }
    cutoff = Math.min(cutoff, low);
  }
  return cutoff;
}

/** 1/(1 + λ l²(l+1)²). Source: Sloan, "Stupid Spherical Harmonics (SH) Tricks", 2008, "Windowing", appendix A7. */
function laplacianWindow(damping: number): Float64Array {
  return perBand((l) => 1 / (1 + damping * (l * (l + 1)) ** 2));
}

/**
 * The smallest Laplacian damping λ for which irradiance is nowhere negative; 0 if it never was.
 *
 * @throws RangeError where a channel has no positive mean.
 */
export function sloanDamping(coeffs: ArrayLike<number>): number {
  const irradiance = shaded(coeffs);
  const channels = [0, 1, 2].map((channel) => channelOf(irradiance, channel));
  const rings = (damping: number): boolean => {
    const factors = laplacianWindow(damping);
    return channels.some((channel) => quadraticMinimum(channel.map((value, i) => factors[i] * value)) < 0);
  };
  if (!rings(0)) return 0;
  let low = 0;
  let high = 1e-3;
  while (rings(high)) {
    if (high > 1e9) {
      throw new RangeError("'sloan' needs light with a positive mean in each channel; use 'auto'");
    }
    low = high;
    high *= 4;
  }
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (rings(middle)) low = middle;
    else high = middle;
  }
  return high;
}
