/**
 * Gains: the exposure and the white balance of a look, found where it overlaps what is known.
 *
 * Convention: spec/SURROUND.md#exposure. Gains lead from the radiance of a look to that of the surround.
 */

import { ALIKE, type Known } from "../exposures.js";
import { AROUND } from "../look/grid.js";
import type { Look } from "../look/look.js";
import { WeightedMedian } from "./median.js";

/** Radiance of well-exposed cells [display white]. */
const [DARKEST, BRIGHTEST] = [0.01, 0.9];
/** Coverage of a cell by the look, and weight in what is known, that a ratio needs. */
const HALF = 0.5;
/** Times that the mean over 3×3 cells is taken. */
const SPREAD = 3;
/** Solid angle of well-exposed cells [sr] that gains need. */
const LEAST_OVERLAP = 0.02;
/** What is summed of a cell: known radiance, that of the look, and the weight. */
const SUMS = 7;

/** Marks the cells that, with all of their neighbors, are known and seen, and clipped in neither; `known` is of the look's cells. */
export function markUsable(look: Look, known: Known, good: Uint8Array, usable: Uint8Array): void {
  for (let i = 0; i < look.count; i++) {
    const seen = look.coverage[i] > HALF && known.weight[i] > HALF;
    good[i] = seen && largest(look.clipped, i) === 0 && largest(known.clipped, i) < ALIKE ? 1 : 0;
  }
  for (let i = 0; i < look.count; i++) {
    usable[i] = 1;
    for (let k = 0; k < AROUND; k++) {
      const place = look.around(i, k);
      if (place < 0 || good[place] === 0) usable[i] = 0;
    }
  }
}

const largest = (values: Float64Array, at: number): number =>
  Math.max(values[3 * at], values[3 * at + 1], values[3 * at + 2]);

/** Finds gains; keeps its buffers from look to look. */
export class GainFinder {
  readonly #good: Uint8Array;
  readonly #usable: Uint8Array;
  readonly #median: WeightedMedian;
  readonly #gains = new Float64Array(3);
  #sums: Float64Array;
  #spread: Float64Array;

  /** @param count - cells of the grid. */
  constructor(count: number) {
    this.#good = new Uint8Array(count);
    this.#usable = new Uint8Array(count);
    this.#median = new WeightedMedian(count);
    this.#sums = new Float64Array(SUMS * count);
    this.#spread = new Float64Array(SUMS * count);
  }

  /**
   * Writes the gains of the channels: weighted medians of the ratios between what is known and the look. Leaves them as they are
   * where the two overlap too little.
   *
   * Ratios are of wide means, of cells that have no neighbor that clips: what is known is blurred by errors of the orientations,
   * a look is sharp, and the logarithm of a blurred picture is larger.
   *
   * @param known - of the look's cells.
   */
  find(look: Look, known: Known, gains: Float64Array): void {
    const { angles } = look.grid;
    markUsable(look, known, this.#good, this.#usable);
    this.#sums.fill(0, 0, SUMS * look.count);
    for (let i = 0; i < look.count; i++) {
      if (this.#usable[i] === 0) continue;
      const weight = angles[look.cells[i]];
      for (let c = 0; c < 3; c++) {
        this.#sums[SUMS * i + c] = weight * known.radiance[3 * i + c];
        this.#sums[SUMS * i + 3 + c] = weight * look.radiance[3 * i + c];
      }
      this.#sums[SUMS * i + 6] = weight;
    }
    for (let time = 0; time < SPREAD; time++) this.#addNeighbors(look);
    for (let c = 0; c < 3; c++) {
      if (this.#collect(look, c) < LEAST_OVERLAP) return;
      this.#gains[c] = this.#median.find();
    }
    gains.set(this.#gains);
  }

  /** Sums over 3×3 cells. */
  #addNeighbors(look: Look): void {
    const [sums, spread] = [this.#sums, this.#spread];
    spread.fill(0, 0, SUMS * look.count);
    for (let i = 0; i < look.count; i++) {
      for (let k = 0; k < AROUND; k++) {
        const place = look.around(i, k);
        if (place < 0) continue;
        for (let s = 0; s < SUMS; s++) spread[SUMS * i + s] += sums[SUMS * place + s];
      }
    }
    this.#sums = spread;
    this.#spread = sums;
  }

  /** Collects a channel's ratios; returns their solid angle [sr]. */
  #collect(look: Look, c: number): number {
    this.#median.clear();
    for (let i = 0; i < look.count; i++) {
      if (this.#usable[i] === 0) continue;
      const truth = this.#sums[SUMS * i + c];
      const radiance = this.#sums[SUMS * i + 3 + c];
      const white = look.white * this.#sums[SUMS * i + 6];
      if (truth <= 0 || radiance <= DARKEST * white || radiance >= BRIGHTEST * white) continue;
      this.#median.add(truth / radiance, look.grid.angles[look.cells[i]]);
    }
    return this.#median.total;
  }
}
