/**
 * Exposures: what looks of about one exposure have seen, and the best of all exposures together.
 *
 * Convention: spec/SURROUND.md#memory. Looks whose display white lies within the same stop share a layer, for they lose the
 * same light: the means of a layer are unbiased, whatever moves or trembles. Layers are merged when they are read.
 */

import { AROUND, type Grid } from "./look/grid.js";
import type { Look } from "./look/look.js";

/** Largest weight of a cell [looks]: so it follows changes within so many looks. */
const MOST = 15;
/** A look may be so many times brighter or darker than the 3×3 cells around it have been. */
const ROOM = 4;
/** Clipped shares that differ by less than this count alike. */
export const ALIKE = 0.02;
/** Layers lie within so many stops of the first look's display white. */
const STOPS = 12;
/** Weight [looks] below which a cell counts as never seen. */
const FORGOTTEN = 1e-3;

/** The best that is known of some cells. */
export interface Known {
  /** RGB interleaved; 0 where nothing is known, the least that it can be where it is clipped. */
  radiance: Float64Array;
  /** Share at display white in the look that clipped least, channel by channel. */
  clipped: Float64Array;
  /** How sure it is [looks]; fades with age. */
  weight: Float64Array;
}

/** Room for what is known of so many cells. */
export const makeKnown = (count: number): Known => ({
  radiance: new Float64Array(3 * count),
  clipped: new Float64Array(3 * count),
  weight: new Float64Array(count),
});

/** Means over looks of about one exposure, cell by cell, and the time of the last one [s]. */
interface ExposureLayer extends Known {
  stop: number;
  time: Float64Array;
}

/** All layers. */
export class Exposures {
  readonly grid: Grid;
  readonly #fade: number;
  /** By stop, the darkest first. */
  readonly #layers: ExposureLayer[] = [];
  /** Weights of one cell, layer by layer. */
  readonly #weights = new Float64Array(2 * STOPS + 1);
  /** Radiance of a look within reach of what was there. */
  readonly #limited: Float64Array;

  /** @param fade - time after which a look counts 1/e [s]. */
  constructor(grid: Grid, fade: number) {
    this.grid = grid;
    this.#fade = fade;
    this.#limited = new Float64Array(3 * grid.count);
  }

  /** Remembers a look; `gains` lead from its radiance to that of the surround. */
  add(look: Look, gains: Float64Array, time: number): void {
    const layer = this.#layerOf(look.white * Math.max(gains[0], gains[1], gains[2]));
    for (let i = 0; i < look.count; i++) this.#limit(layer, look, gains, i);
    const { radiance, clipped, weight } = layer;
    for (let i = 0; i < look.count; i++) {
      const cell = look.cells[i];
      const coverage = look.coverage[i];
      const aged = weight[cell] * Math.exp((layer.time[cell] - time) / this.#fade);
      const share = coverage / (aged + coverage);
      for (let c = 0; c < 3; c++) {
        radiance[3 * cell + c] += share * (this.#limited[3 * i + c] - radiance[3 * cell + c]);
        clipped[3 * cell + c] += share * (look.clipped[3 * i + c] - clipped[3 * cell + c]);
      }
      weight[cell] = Math.min(aged + coverage, MOST);
      layer.time[cell] = time;
    }
  }

  /** Writes what is known at a time [s] of the cells of a look, in its order, or of all cells. */
  recall(time: number, look: Look | null, to: Known): void {
    const count = look ? look.count : this.grid.count;
    for (let i = 0; i < count; i++) this.#recallCell(time, look ? look.cells[i] : i, i, to);
  }

  /** Of each channel, the layers that clip least count; where they all clip, the ones with the highest white. */
  #recallCell(time: number, cell: number, to: number, { radiance, clipped, weight }: Known): void {
    const layers = this.#layers;
    const weights = this.#weights;
    let sure = 0;
    for (let l = 0; l < layers.length; l++) {
      const aged = layers[l].weight[cell] * Math.exp((layers[l].time[cell] - time) / this.#fade);
      weights[l] = aged < FORGOTTEN ? 0 : aged;
      sure += weights[l];
    }
    weight[to] = sure;
    for (let c = 0; c < 3; c++) {
      let least = Number.POSITIVE_INFINITY;
      for (let l = 0; l < layers.length; l++) {
        if (weights[l] > 0) least = Math.min(least, layers[l].clipped[3 * cell + c]);
      }
      let light = 0;
      let lost = 0;
      let total = 1e-300;
      for (let l = 0; l < layers.length; l++) {
        const layer = layers[l];
        if (layer.clipped[3 * cell + c] > least + ALIKE) continue;
        const each = least > ALIKE ? weights[l] * 4 ** layer.stop : weights[l];
        light += each * layer.radiance[3 * cell + c];
        lost += each * layer.clipped[3 * cell + c];
        total += each;
      }
      radiance[3 * to + c] = light / total;
      clipped[3 * to + c] = lost / total;
    }
  }

  /** Radiance no further from that of the 3×3 cells around than `ROOM`, so that what passes by leaves no trace. */
  #limit({ radiance, weight }: ExposureLayer, look: Look, gains: Float64Array, i: number): void {
    const { neighbors } = this.grid;
    const cell = look.cells[i];
    for (let c = 0; c < 3; c++) {
      const found = look.radiance[3 * i + c] * gains[c];
      this.#limited[3 * i + c] = found;
      if (weight[cell] === 0) continue;
      let low = Number.POSITIVE_INFINITY;
      let high = 0;
      for (let k = AROUND * cell; k < AROUND * (cell + 1); k++) {
        if (weight[neighbors[k]] === 0) continue;
        const value = radiance[3 * neighbors[k] + c];
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      this.#limited[3 * i + c] = Math.min(Math.max(found, low / ROOM), high * ROOM);
    }
  }

  /** The layer of looks with this radiance of display white, made when it is first needed. */
  #layerOf(white: number): ExposureLayer {
    const stop = Math.max(-STOPS, Math.min(STOPS, roundEven(Math.log2(white))));
    let layer = this.#layers.find((each) => each.stop === stop);
    if (!layer) {
      layer = { stop, ...makeKnown(this.grid.count), time: new Float64Array(this.grid.count) };
      this.#layers.push(layer);
      this.#layers.sort((a, b) => a.stop - b.stop);
    }
    return layer;
  }
}

/** The nearest whole number; of two that are equally near, the even one. */
function roundEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
