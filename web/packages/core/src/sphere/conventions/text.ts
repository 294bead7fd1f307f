/** Coefficients as the text that Filament's cmgen prints. Convention: spec/CONVENTIONS.md#cmgen. */

import { type ConventionOptions, findConvention, toConvention } from "./conventions.js";

const SUFFIXES = { cmgen: ", irradiance, pre-scaled base", "cmgen-irradiance": ", irradiance", "cmgen-radiance": "" };

/** What cmgen can print: with `--sh-shader`, `--sh-irradiance`, or `--sh`. */
export type TextConvention = keyof typeof SUFFIXES;

/**
 * The coefficients as cmgen prints them, a line each; windowed as cmgen does, unless `options` name another window.
 *
 * Source: Filament, tools/cmgen/src/cmgen.cpp, outputSh.
 *
 * @throws RangeError for another convention than cmgen's, or as `toConvention` does.
 */
export function shText(
  coeffs: ArrayLike<number>,
  convention: TextConvention = "cmgen",
  options: ConventionOptions = {},
): string {
  const suffix = SUFFIXES[convention];
  if (suffix === undefined) {
    throw new RangeError(
      `expected a convention of cmgen's (${Object.keys(SUFFIXES).join(", ")}), got '${convention}'; choose one of these`,
    );
  }
  const values = toConvention(coeffs, convention, options).map(fixed);
  return findConvention(convention)
    .labels.map((label, i) => `(${values.slice(3 * i, 3 * i + 3).join(", ")}); // ${label}${suffix}\n`)
    .join("");
}

/**
 * As C's `%18.15f`: `toFixed` but for −0 (keeps its sign), for 15 decimals that are exactly a half off (rounded to the
 * even digit, not up), and for numbers from 10²¹ on (no exponent).
 */
export function fixed(value: number): string {
  let text = value.toFixed(15);
  if (Object.is(value, -0)) text = `-${text}`;
  if (Math.abs(value) >= 1e21) text = `${BigInt(value)}.${"0".repeat(15)}`;
  if (Math.abs(value * 2 ** 16) % 2 === 1) {
    const exact = value.toFixed(16); // an odd number of 2⁻¹⁶: the 16th decimal is a 5, and the last
    if ("02468".includes(exact.charAt(exact.length - 2))) text = exact.slice(0, -1);
  }
  return text.padStart(18);
}
