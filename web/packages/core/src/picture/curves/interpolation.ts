/** Linear interpolation, and inverses and products of 3×3 matrices. */

/** n equal steps from `first` to `last`, both included. */
export function linspace(first: number, last: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => first + ((last - first) * i) / (n - 1));
}

/** Piecewise linear through points (xs, ys), constant beyond the ends. xs must not decrease. */
export function interpolate(x: number, xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  let low = -1; // the last point at or below x
  for (let high = xs.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  if (low < 0) return ys[0];
  if (low === xs.length - 1) return ys[low];
  return ys[low] + ((ys[low + 1] - ys[low]) / (xs[low + 1] - xs[low])) * (x - xs[low]);
}

/** The inverse of a 3×3 matrix, row by row. */
export function inverse3(m: ArrayLike<number>): Float64Array {
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const [a, b] = [(i + 1) % 3, (i + 2) % 3]; // cyclic, so that cofactors carry their sign
      const [c, d] = [(j + 1) % 3, (j + 2) % 3];
      out[3 * j + i] = m[3 * a + c] * m[3 * b + d] - m[3 * a + d] * m[3 * b + c];
    }
  }
  const determinant = m[0] * out[0] + m[1] * out[3] + m[2] * out[6];
  return out.map((cofactor) => cofactor / determinant);
}

/** The product of two 3×3 matrices, row by row. */
export function product3(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const cell = (i: number, j: number): number => a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
  return Float64Array.from({ length: 9 }, (_, k) => cell(Math.floor(k / 3), k % 3));
}
