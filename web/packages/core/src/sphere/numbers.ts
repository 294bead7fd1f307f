/** Lists of numbers, and checks of them. */

/** A list that results are written to. */
export type NumberList = Float32Array | Float64Array | number[];

/** Numbers in the coefficients of three bands: 9 × RGB interleaved. */
export const COEFFS = 27;

/**
 * Refuses anything but three bands of finite coefficients.
 *
 * @throws RangeError for another count, NaN or infinity.
 */
export function checkCoeffs(coeffs: ArrayLike<number>): void {
  if (coeffs.length !== COEFFS) {
    throw new RangeError(`expected 27 coefficients (9 × RGB interleaved), got ${coeffs.length}; give three bands`);
  }
  checkFinite(coeffs, "coefficients");
}

/**
 * Refuses numbers that are not finite.
 *
 * @throws RangeError for NaN or infinity.
 */
export function checkFinite(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`expected finite ${what}, got ${values[i]}; check the picture that they came from`);
    }
  }
}
