/** Medians of values with weights. */

/** Collects values, and finds the one below and above which lies half of the weight; keeps its buffers. */
export class WeightedMedian {
  /** Sum of the weights. */
  total = 0;
  #count = 0;
  readonly #values: Float64Array;
  readonly #weights: Float64Array;
  readonly #order: Uint32Array;

  /** @param most - values that it may hold. */
  constructor(most: number) {
    this.#values = new Float64Array(most);
    this.#weights = new Float64Array(most);
    this.#order = new Uint32Array(most);
  }

  clear(): void {
    this.#count = 0;
    this.total = 0;
  }

  add(value: number, weight: number): void {
    this.#values[this.#count] = value;
    this.#weights[this.#count] = weight;
    this.#order[this.#count] = this.#count;
    this.#count++;
    this.total += weight;
  }

  /** The median; NaN of nothing. */
  find(): number {
    const order = this.#order.subarray(0, this.#count);
    order.sort((a, b) => this.#values[a] - this.#values[b]);
    let below = 0;
    for (const at of order) {
      below += this.#weights[at];
      if (below >= this.total / 2) return this.#values[at];
    }
    return Number.NaN;
  }
}

/** The median of the first `count` values, which are sorted; of an even count, the mean of the two in the middle. */
export function medianOf(values: Float64Array, count: number): number {
  values.subarray(0, count).sort();
  const middle = count >> 1;
  return count % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
