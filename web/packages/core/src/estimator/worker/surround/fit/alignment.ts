/**
 * Alignment: a look turned so that it fits what is known, by as much as its orientation may be off.
 *
 * Convention: spec/SURROUND.md#alignment.
 */

import { LUMINANCE } from "../../../../sphere/light.js";
import type { Known } from "../exposures.js";
import type { Look } from "../look/look.js";
import { markUsable } from "./gains.js";
import { medianOf } from "./median.js";

/** Deviation of logarithms of radiance that are alike. */
const RESIDUAL = 0.5;
/** Share of the cells whose deviations are independent. */
const INDEPENDENT = 0.2;
/** Cells that an alignment needs. */
const LEAST_CELLS = 15;
/** Cells with a center higher or lower than this have no useful neighbors. */
const HIGHEST = 0.98;
/** Rounds of robust weights. */
const ROUNDS = 3;
/** Least luminance of which a logarithm is taken. */
const DARK = 1e-9;
/** Places among the neighbors of a cell. */
const [ABOVE, LEFT, RIGHT, BELOW] = [1, 3, 5, 7];
/** Numbers of a row of equations: three angles, and the level. */
const UNKNOWNS = 4;

/** Finds how a look is turned; keeps its buffers from look to look. */
export class Aligner {
  /** The turn of the last look as a vector [rad], and the level. */
  readonly found = new Float64Array(UNKNOWNS);
  readonly #good: Uint8Array;
  readonly #usable: Uint8Array;
  readonly #ours: Float64Array;
  readonly #theirs: Float64Array;
  /** Row by row: the factors of the unknowns, difference of the logarithms, weight. */
  readonly #design: Float64Array;
  readonly #difference: Float64Array;
  readonly #weight: Float64Array;
  readonly #sorted: Float64Array;
  /** Four rows of four factors and a sum. */
  readonly #equations = new Float64Array(UNKNOWNS * (UNKNOWNS + 1));

  /** @param count - cells of the grid. */
  constructor(count: number) {
    this.#good = new Uint8Array(count);
    this.#usable = new Uint8Array(count);
    this.#ours = new Float64Array(count);
    this.#theirs = new Float64Array(count);
    this.#design = new Float64Array(UNKNOWNS * count);
    this.#difference = new Float64Array(count);
    this.#weight = new Float64Array(count);
    this.#sorted = new Float64Array(count);
  }

  /**
   * Finds the rotation of the world by which the look fits what is known of its cells: the smallest weighted squares of
   * differences between logarithms, to first order in the rotation.
   *
   * @param error - expected deviation of the rotation about each axis [°].
   * @returns the median of what is left; infinite where too little overlaps to tell, and nothing is turned.
   */
  find(look: Look, known: Known, error: number): number {
    const count = this.#setUp(look, known);
    this.found.fill(0);
    if (count < LEAST_CELLS) return Number.POSITIVE_INFINITY;
    this.#sorted.set(this.#difference.subarray(0, count));
    this.found[3] = medianOf(this.#sorted, count);
    for (let round = 0; round < ROUNDS; round++) this.#solve(count, ((error * Math.PI) / 180) ** -2);
    for (let i = 0; i < count; i++) this.#sorted[i] = Math.abs(this.#rest(i));
    return medianOf(this.#sorted, count);
  }

  /** Writes the equations of the usable cells; returns their count. */
  #setUp(look: Look, known: Known): number {
    const { centers, angles, rows } = look.grid;
    markUsable(look, known, this.#good, this.#usable);
    for (let i = 0; i < look.count; i++) {
      this.#ours[i] = logarithm(known.radiance, i);
      this.#theirs[i] = logarithm(look.radiance, i);
    }
    const widest = angles[angles.length / 2];
    let count = 0;
    for (let i = 0; i < look.count; i++) {
      const cell = look.cells[i];
      if (this.#usable[i] === 0 || Math.abs(centers[3 * cell + 1]) >= HIGHEST) continue;
      this.#writeRow(look, i, count, rows / (4 * Math.PI));
      this.#difference[count] = this.#ours[i] - this.#theirs[i];
      this.#weight[count++] = ((INDEPENDENT / RESIDUAL ** 2) * angles[cell]) / widest;
    }
    return count;
  }

  /** Gradient on the sphere × direction: how the difference changes with the rotation. */
  #writeRow(look: Look, i: number, row: number, factor: number): void {
    const { centers, north, east } = look.grid;
    const at = 3 * look.cells[i];
    const up = factor * this.#slope(look.around(i, ABOVE), look.around(i, BELOW));
    const right = factor * this.#slope(look.around(i, RIGHT), look.around(i, LEFT));
    const gx = up * north[at] + right * east[at];
    const gy = up * north[at + 1] + right * east[at + 1];
    const gz = up * north[at + 2] + right * east[at + 2];
    const to = UNKNOWNS * row;
    this.#design[to] = gy * centers[at + 2] - gz * centers[at + 1];
    this.#design[to + 1] = gz * centers[at] - gx * centers[at + 2];
    this.#design[to + 2] = gx * centers[at + 1] - gy * centers[at];
    this.#design[to + 3] = 1;
  }

  /** Difference between two usable neighbors, of both pictures together. */
  #slope(a: number, b: number): number {
    return this.#ours[a] + this.#theirs[a] - this.#ours[b] - this.#theirs[b];
  }

  /** What is left of a difference. */
  #rest(i: number): number {
    const [design, found, at] = [this.#design, this.found, UNKNOWNS * i];
    const turned = design[at] * found[0] + design[at + 1] * found[1] + design[at + 2] * found[2];
    return this.#difference[i] - turned - found[3];
  }

  /** One round: weights from what is left, then the smallest squares. */
  #solve(count: number, prior: number): void {
    const equations = this.#equations;
    const length = UNKNOWNS + 1;
    equations.fill(0);
    for (let axis = 0; axis < 3; axis++) equations[axis * length + axis] = prior;
    for (let i = 0; i < count; i++) {
      const weight = (this.#weight[i] * RESIDUAL) / Math.max(Math.abs(this.#rest(i)), RESIDUAL);
      for (let a = 0; a < UNKNOWNS; a++) {
        const factor = weight * this.#design[UNKNOWNS * i + a];
        for (let b = 0; b < UNKNOWNS; b++) equations[a * length + b] += factor * this.#design[UNKNOWNS * i + b];
        equations[a * length + UNKNOWNS] += factor * this.#difference[i];
      }
    }
    solveInPlace(equations, this.found);
  }
}

const logarithm = (radiance: Float64Array, i: number): number => {
  const [red, green, blue] = LUMINANCE;
  return Math.log(Math.max(red * radiance[3 * i] + green * radiance[3 * i + 1] + blue * radiance[3 * i + 2], DARK));
};

/** Solves positive definite equations, row by row with the sum last, by elimination. */
function solveInPlace(equations: Float64Array, out: Float64Array): void {
  const count = out.length;
  const length = count + 1;
  for (let pivot = 0; pivot < count; pivot++) {
    for (let row = pivot + 1; row < count; row++) {
      const factor = equations[row * length + pivot] / equations[pivot * length + pivot];
      for (let c = pivot; c < length; c++) equations[row * length + c] -= factor * equations[pivot * length + c];
    }
  }
  for (let row = count - 1; row >= 0; row--) {
    let sum = equations[row * length + count];
    for (let c = row + 1; c < count; c++) sum -= equations[row * length + c] * out[c];
    out[row] = sum / equations[row * length + row];
  }
}
