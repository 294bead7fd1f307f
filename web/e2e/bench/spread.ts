/** Medians and quartiles. */

/** A quantile, between the two nearest values. */
export const quantile = (values: number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (at % 1) * (sorted[Math.ceil(at)] - below);
};
/** Four digits after the point. */
export const round = (value: number): number => Number(value.toFixed(4));

/** Median and quartiles of times [ms]. */
export const spread = (values: number[]) => ({
  median_ms: round(quantile(values, 0.5)),
  q1_ms: round(quantile(values, 0.25)),
  q3_ms: round(quantile(values, 0.75)),
});
