/** Gathering: the frames of a turning camera in one HDR panorama of cells. Convention: spec/SURROUND.md. */

import { LightprobeError } from "../../../errors.js";
import type { Orientation } from "../../protocol/messages.js";
import { Exposures, type Known, makeKnown } from "./exposures.js";
import { Aligner } from "./fit/alignment.js";
import { GainFinder } from "./fit/gains.js";
import { axesOf, product, rotationOf, transposed, vectorOf } from "./fit/rotation.js";
import type { Blocks } from "./look/blocks.js";
import type { Grid } from "./look/grid.js";
import { Look } from "./look/look.js";

/** Steps of the alignment of a frame. */
const ALIGNMENTS = 2;
/** Steps where its orientation is not given, and the expected deviation from an even turn [°]. */
const [SEARCHES, UNEXPECTED] = [4, 3];
/** Share of the newest frame in the rate at which the camera is taken to turn. */
const PERSISTENCE = 0.5;
/** Largest misfit of a frame whose orientation is not given. */
const MISFIT = 0.15;

/** Remembers frames; keeps its buffers. Radiance is in the scale of the first frame: 1.0 is its display white. */
export class Gathering {
  /** Time of the last frame [s]. */
  time = Number.NEGATIVE_INFINITY;
  /** Factors from the radiance of the last frame to that of the surround. */
  readonly gains = Float64Array.of(1, 1, 1);
  readonly #tremble: number;
  readonly #exposures: Exposures;
  readonly #look: Look;
  readonly #known: Known;
  readonly #aligner: Aligner;
  readonly #gainFinder: GainFinder;
  /** Axes of the last frame, and the rate at which it turned [rad/s]. */
  #axes = axesOf({ yaw: 0, pitch: 0, roll: 0 });
  #turning = new Float64Array(3);

  /**
   * @param fade - time constant with which looks lose weight [s].
   * @param tremble - error that orientations are expected to have [°]; 0: they are exact.
   */
  constructor(grid: Grid, fade: number, tremble: number) {
    this.#tremble = tremble;
    this.#exposures = new Exposures(grid, fade);
    this.#look = new Look(grid);
    this.#known = makeKnown(grid.count);
    this.#aligner = new Aligner(grid.count);
    this.#gainFinder = new GainFinder(grid.count);
  }

  /**
   * Remembers a frame that was taken in a direction at a time [s].
   *
   * @param orientation - null where it is to be found: the first frame looks along the center of the panorama, upright.
   * @throws RangeError for times that run backwards; LightprobeError `source` for a frame that does not fit those before it, where
   * no orientation is given.
   */
  add(frame: Blocks, orientation: Orientation | null, time: number): void {
    if (!(this.time <= time && time < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`expected a time ≥ ${this.time} s, got ${time} s; begin a new surround`);
    }
    if (orientation) {
      this.#axes = axesOf(orientation);
      const steps = this.#tremble > 0 ? ALIGNMENTS : 0;
      this.#align(frame, time, steps, this.#tremble);
    } else this.#find(frame, time);
    this.#gainFinder.find(this.#look, this.#known, this.gains);
    this.#exposures.add(this.#look, this.gains, time);
    this.time = time;
  }

  /** Writes what is known of all cells at the time of the last frame. */
  recall(to: Known): void {
    this.#exposures.recall(this.time, null, to);
  }

  /** Takes the look that fits best near `#axes`, which become its own; returns its misfit. */
  #align(frame: Blocks, time: number, steps: number, error: number): number {
    let misfit = 0;
    this.#take(frame, time);
    for (let step = 0; step < steps; step++) {
      misfit = this.#aligner.find(this.#look, this.#known, error);
      this.#axes = product(this.#axes, transposed(rotationOf(this.#aligner.found)));
      this.#take(frame, time);
    }
    return misfit;
  }

  #take(frame: Blocks, time: number): void {
    this.#look.take(frame, this.#axes);
    this.#exposures.recall(time, this.#look, this.#known);
  }

  /** Aligns a frame whose orientation is not given: the camera goes on turning as before, or nearly so. */
  #find(frame: Blocks, time: number): void {
    if (this.time === Number.NEGATIVE_INFINITY) {
      this.#take(frame, time);
      return;
    }
    const before = this.#axes;
    const passed = Math.max(time - this.time, 1e-3);
    this.#axes = product(before, transposed(rotationOf(this.#turning, passed)));
    const misfit = this.#align(frame, time, SEARCHES, UNEXPECTED);
    if (misfit > MISFIT) {
      this.#axes = before;
      const reason =
        misfit === Number.POSITIVE_INFINITY ? "it shares too little with them" : "the camera moved, or the scene did";
      throw new LightprobeError(
        "source",
        `the frame at ${time.toFixed(2)} s does not fit the frames before it, for ${reason}; give the orientations, or turn ` +
          "the camera slowly and on the spot",
      );
    }
    const turned = vectorOf(product(transposed(this.#axes), before));
    for (let axis = 0; axis < 3; axis++) {
      this.#turning[axis] += PERSISTENCE * (turned[axis] / passed - this.#turning[axis]);
    }
  }
}
