/**
 * Completion: the light of a surround, what was never seen or always clipped estimated by a network.
 *
 * Convention: spec/SURROUND.md#completion. Reduced cells are those of networks; seven numbers each: radiance and clipped share of
 * red, green and blue, times the seen share, and the seen share.
 */

import { CELL_COUNT, CELL_PARTS, CELL_VALUES, SEEN_PLANES } from "../../../picture/cells/grid.js";
import { LUMINANCE } from "../../../sphere/light.js";
import { averageToPanorama, PANORAMA } from "../../../sphere/panorama.js";
import { project } from "../../../sphere/projection.js";
import type { Estimate } from "../../../types.js";
import type { Level } from "../light-path.js";
import { addedShare, halfWidth } from "../model/answers.js";
import type { Network, NetworkOutput } from "../model/network.js";
import type { Known } from "./exposures.js";
import { fillUnseen } from "./filling.js";
import { WeightedMedian } from "./fit/median.js";
import type { Grid } from "./look/grid.js";

/** A network sees the median luminance of what is seen at this share of display white, as in the pictures on which it is trained. */
const GRAY = 0.18 * 2 ** -0.5;
/**
 * Power of a cell's clipped share with which counts what is estimated beyond the known: trembling looks smear a clipped spot over
 * cells most of whose light is measured.
 */
const SMEARED = 0.25;
/** Places of a reduced cell's clipped and seen share. */
const [CLIPPED, SHARE] = [3, 6];

/** Completes what is known; keeps its buffers. */
export class Completion {
  readonly #grid: Grid;
  readonly #network: Network | null;
  readonly #known: Known;
  /** What is known, reduced, and what the network sees of it. */
  readonly #reduced = new Float64Array(SEEN_PLANES * CELL_COUNT);
  readonly #shown = new Float64Array(SEEN_PLANES * CELL_COUNT);
  /** Estimated radiance of reduced cells, and what it has beyond the known light, by clipped share. */
  readonly #guess = new Float64Array(CELL_VALUES);
  readonly #lost = new Float64Array(CELL_VALUES);
  readonly #whole: Float64Array;
  readonly #median: WeightedMedian;

  /**
   * @param network - one that takes cells and gives a panorama; null for none.
   * @param known - of all cells; read by `complete`.
   */
  constructor(grid: Grid, network: Network | null, known: Known) {
    this.#grid = grid;
    this.#network = network;
    this.#known = known;
    this.#whole = new Float64Array(3 * grid.count);
    this.#median = new WeightedMedian(grid.count);
  }

  /**
   * Writes `coeffs`, `panorama`, `clipped`, `seen` and `uncertainty`.
   *
   * @throws LightprobeError `model` if the network fails.
   */
  async complete(level: Level, estimate: Estimate): Promise<void> {
    this.#reduce(1, Number.POSITIVE_INFINITY, this.#reduced);
    this.#measure(estimate);
    estimate.uncertainty = null;
    if (this.#network) await this.#estimate(this.#network, level, estimate);
    else fillUnseen(this.#reduced, this.#guess);
    estimate.coeffs.set(this.#project());
    averageToPanorama(
      { radiance: this.#whole, width: 2 * this.#grid.rows, height: this.#grid.rows },
      estimate.panorama,
    );
  }

  /** Part of the sphere that is known only as clipped, and that was seen. */
  #measure(estimate: Estimate): void {
    const reduced = this.#reduced;
    estimate.clipped = 0;
    estimate.seen = 0;
    for (let cell = 0, at = 0; cell < CELL_COUNT; cell++, at += SEEN_PLANES) {
      const part = CELL_PARTS[Math.floor(cell / PANORAMA.width)];
      estimate.clipped += part * Math.max(reduced[at + CLIPPED], reduced[at + CLIPPED + 1], reduced[at + CLIPPED + 2]);
      estimate.seen += part * reduced[at + SHARE];
    }
    estimate.seen = Math.min(estimate.seen, 1);
  }

  /** Writes the guess of a network for the answer, and the uncertainty from the ends of its interval. */
  async #estimate(network: Network, level: Level, estimate: Estimate): Promise<void> {
    const scale = this.#scale();
    this.#reduce(scale, 1, this.#shown);
    this.#show(network);
    const output = await network.run("srgb");
    const { levels } = output;
    if (levels) {
      this.#take(output, addedShare(levels, "low"), scale);
      const low = this.#project();
      this.#take(output, addedShare(levels, "high"), scale);
      const wider = this.#project().map((value, i) => value - low[i]);
      estimate.uncertainty = halfWidth(low, wider, 0, 1);
    }
    this.#take(output, levels ? addedShare(levels, level) : 0, scale);
  }

  /** Writes means over reduced cells, of radiance times `scale`, clipped at `white`. */
  #reduce(scale: number, white: number, to: Float64Array): void {
    const { radiance, clipped, weight } = this.#known;
    const { count, angles } = this.#grid;
    to.fill(0);
    for (let cell = 0; cell < count; cell++) {
      if (weight[cell] === 0) continue;
      const reduced = this.#reducedOf(cell);
      const part = angles[cell] / (4 * Math.PI * CELL_PARTS[Math.floor(reduced / PANORAMA.width)]);
      const share = part * Math.min(weight[cell], 1);
      const at = SEEN_PLANES * reduced;
      for (let c = 0; c < 3; c++) {
        const value = radiance[3 * cell + c] * scale;
        to[at + c] += share * Math.min(value, white);
        to[at + CLIPPED + c] += share * (value >= white ? 1 : clipped[3 * cell + c]);
      }
      to[at + SHARE] += share;
    }
  }

  /** Number of the reduced cell in which a cell lies. */
  #reducedOf(cell: number): number {
    const { rows } = this.#grid;
    const factor = rows / PANORAMA.height;
    return (
      Math.floor(Math.floor(cell / (2 * rows)) / factor) * PANORAMA.width + Math.floor((cell % (2 * rows)) / factor)
    );
  }

  /** The factor to the scale in which the network sees what is seen. */
  #scale(): number {
    const { radiance, weight } = this.#known;
    const { count, angles } = this.#grid;
    const median = this.#median;
    const [red, green, blue] = LUMINANCE;
    median.clear();
    for (let cell = 0, at = 0; cell < count; cell++, at += 3) {
      const luminance = red * radiance[at] + green * radiance[at + 1] + blue * radiance[at + 2];
      if (weight[cell] > 0 && luminance > 0) median.add(luminance, angles[cell] * Math.min(weight[cell], 1));
    }
    return median.total > 0 ? GRAY / median.find() : 1;
  }

  /** Writes the cells where the network reads them; the unseen part filled for networks that take no seen share. */
  #show({ inputs, manifest }: Network): void {
    if (!inputs) return;
    const shown = this.#shown;
    const isFilled = !(manifest.input.name === "cells" && manifest.input.planes === SEEN_PLANES);
    if (isFilled) fillUnseen(shown, this.#guess);
    const [radiance, white, seen] = [inputs.radiance.view, inputs.white.view, inputs.seen.view];
    for (let cell = 0, at = 0; cell < CELL_COUNT; cell++, at += SEEN_PLANES) {
      for (let c = 0; c < 3; c++) {
        const filling = isFilled ? (1 - shown[at + SHARE]) * this.#guess[3 * cell + c] : 0;
        radiance[4 * cell + c] = shown[at + c] + filling;
        white[4 * cell + c] = shown[at + CLIPPED + c];
      }
      seen[cell] = shown[at + SHARE];
    }
  }

  /** Takes the output with a share of the lost light added as the guess. */
  #take({ panorama, lost }: NetworkOutput, share: number, scale: number): void {
    for (let i = 0; i < CELL_VALUES; i++) {
      const value = (panorama?.[i] ?? 0) + share * (lost?.[i] ?? 0);
      this.#guess[i] = Math.max(value, 0) / scale;
    }
    const reduced = this.#reduced;
    for (let cell = 0, at = 0; cell < CELL_COUNT; cell++, at += SEEN_PLANES) {
      for (let c = 0; c < 3; c++) {
        const clipped = reduced[at + CLIPPED + c];
        const seen = reduced[at + SHARE];
        const more = Math.max(this.#guess[3 * cell + c] * seen - reduced[at + c], 0);
        const counted = more * (clipped / Math.max(seen, 1e-9)) ** SMEARED;
        this.#lost[3 * cell + c] = clipped > 0 ? counted / Math.max(clipped, 1e-9) : 0; // it goes where light is clipped
      }
    }
  }

  /** All light in `#whole`: what is measured, what the guess has beyond that, the guess where nothing is seen; its coefficients. */
  #project(): Float64Array {
    const { radiance, clipped, weight } = this.#known;
    const { rows, count } = this.#grid;
    for (let cell = 0; cell < count; cell++) {
      const from = 3 * this.#reducedOf(cell);
      const share = Math.min(weight[cell], 1);
      for (let c = 0; c < 3; c++) {
        const measured = radiance[3 * cell + c] + this.#lost[from + c] * clipped[3 * cell + c];
        this.#whole[3 * cell + c] = share * measured + (1 - share) * this.#guess[from + c];
      }
    }
    return project({ radiance: this.#whole, width: 2 * rows, height: rows });
  }
}
