/** The light around a camera that turns: frames gathered into an HDR panorama. */

import { LightprobeError } from "../errors.js";
import { addressOf } from "../estimator/client/assets.js";
import type { Estimator, FrameGatherer, GatheringOptions } from "../estimator/client/estimator.js";
import type { Orientation, SurroundFrame } from "../estimator/protocol/messages.js";
import { emptyEstimate, SURROUND_AT } from "../estimator/protocol/results.js";
import { checkFov } from "../picture/partial/placement.js";
import type { Estimate, ResponseName, Source } from "../types.js";

/** What knows where the camera looks, frame by frame: `deviceOrientation()`, for instance. */
export interface OrientationSource {
  /** The newest orientation; null where it is unknown. The object may be the same each time, with new contents. */
  readonly current: Orientation | null;
}

/** Options of `createSurround`. */
export interface SurroundOptions {
  /** Horizontal field of view of the frames [°]. */
  fov: number;
  /** Tone curve of the frames; default the estimator's. */
  response?: ResponseName;
  /** Rows of cells: 32, 64, 96 … 256. Default 64, which suits a phone's sensors. */
  rows?: number;
  /** Time constant with which frames lose weight [s]; default 60. */
  fade?: number;
  /** Error that orientations are expected to have [°]; default 2, and 0 where they are exact. */
  tremble?: number;
  /** Address of a copy of the package's dist/assets/surround.js. Default: the file in the package, which bundlers find and copy. */
  script?: string | URL;
}

/**
 * Gathers the frames of a turning camera into an HDR panorama of cells, and completes it by an estimator.
 *
 * Convention: spec/SURROUND.md. Linear Rec.709 in the scale of the first frame: 1.0 is its display white. The world is that of the
 * orientations: the center of the panorama, +X of the light, is where yaw and pitch are 0.
 */
export interface Surround {
  /** The light of all frames; null before the first. The object is the same each time, with new contents. */
  readonly light: Estimate | null;
  /** Rows of cells; there are twice as many columns. */
  readonly rows: number;
  /**
   * Horizontal field of view of the frames [°]; may be changed at any time, as where a phone is turned.
   *
   * @throws RangeError for angles out of range.
   */
  fov: number;
  /** Radiance of the cells as far as it was measured, RGB interleaved, row 0 up; 0 where nothing was seen. */
  readonly panorama: Float32Array;
  /** How much of each cell was seen [0…1]; fades with age. */
  readonly seen: Float32Array;
  /**
   * Adds the present frame of a source, and resolves with the light. The latest frame wins, as in `Estimator.estimate`; picture and
   * orientation of a source are taken at the same time.
   *
   * @param orientation - of this frame, or a source of orientations. null: it is found from the picture. The first frame then looks
   * along the center of the panorama, upright, and each other one has to overlap those before it.
   * @param time - of the frame [s]; default `performance.now() / 1000`. Must not run backwards.
   * @throws TypeError for files and radiance, and for estimators of others; RangeError for wrong angles or times; LightprobeError as
   * `Estimator.estimate` does, `source` also for a frame that fits none before it, `model` for a model that takes no cells,
   * `disposed` after `dispose`.
   */
  add(source: Source, orientation: Orientation | OrientationSource | null, time?: number): Promise<Estimate>;
  /** Ends the surround; the estimator goes on. */
  dispose(): void;
}

let count = 0;

/**
 * An empty surround. An estimator serves one at a time: a new one takes the place of the last.
 *
 * @throws RangeError for options out of their range.
 */
export function createSurround(estimator: Estimator, options: SurroundOptions): Surround {
  const { fov, response, rows = 64, fade = 60, tremble = 2, script } = options;
  checkFov(fov);
  if (!(rows >= 32 && rows <= 256 && rows % 32 === 0)) {
    throw new RangeError(`expected 32, 64, 96 … 256 rows, got ${rows}; 64 suits orientations from a phone's sensors`);
  }
  if (!(fade > 0)) throw new RangeError(`expected a time constant above 0 seconds, got ${fade}; 60 suits a room`);
  if (!(tremble >= 0 && tremble <= 10)) {
    throw new RangeError(`expected an error of orientations of 0 to 10 degrees, got ${tremble}; a phone has about 2`);
  }
  const address = addressOf(script ?? new URL("../assets/surround.js", import.meta.url));
  const constants = { script: address, id: ++count, rows, fade, tremble };
  return new RemoteSurround(estimator, { fov, response }, constants);
}

class RemoteSurround implements Surround {
  readonly rows: number;
  readonly panorama: Float32Array;
  readonly seen: Float32Array;
  readonly #estimator: Estimator;
  readonly #options: GatheringOptions;
  readonly #constants: Omit<SurroundFrame, "orientation" | "time">;
  readonly #estimate = emptyEstimate();
  #light: Estimate | null = null;
  #isDisposed = false;

  constructor(estimator: Estimator, options: GatheringOptions, constants: Omit<SurroundFrame, "orientation" | "time">) {
    const { rows } = constants;
    this.rows = rows;
    this.panorama = new Float32Array(6 * rows * rows);
    this.seen = new Float32Array(2 * rows * rows);
    this.#estimator = estimator;
    this.#options = options;
    this.#constants = constants;
  }

  get light(): Estimate | null {
    return this.#light;
  }

  get fov(): number {
    return this.#options.fov as number;
  }

  set fov(degrees: number) {
    checkFov(degrees);
    this.#options.fov = degrees;
  }

  async add(source: Source, orientation: Orientation | OrientationSource | null, time?: number): Promise<Estimate> {
    this.#check();
    if (source instanceof Blob || "radiance" in Object(source)) {
      throw new TypeError("expected a video, canvas, image or ImageData, got a file or radiance; draw it on a canvas");
    }
    let copying: number | null = null; // [ms]
    const gatherer: FrameGatherer = {
      next: () => {
        const now = orientation && "current" in orientation ? orientation.current : orientation;
        if (now) checkOrientation(now);
        return { ...this.#constants, orientation: now, time: time ?? performance.now() / 1000 };
      },
      receive: (result) => {
        if (this.#isDisposed) return;
        const start = performance.now();
        const values = new Float32Array(result);
        const seenAt = SURROUND_AT + this.panorama.length;
        this.panorama.set(values.subarray(SURROUND_AT, seenAt));
        this.seen.set(values.subarray(seenAt, seenAt + this.seen.length));
        copying = performance.now() - start;
      },
    };
    const options: GatheringOptions = { ...this.#options, time, target: this.#estimate, gatherer };
    const light = await this.#estimator.estimate(source, options);
    this.#check();
    if (copying === null) throw new TypeError("expected an estimator of createEstimator, got another; pass that one");
    light.timing.main += copying;
    this.#light = light;
    return light;
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  #check(): void {
    if (this.#isDisposed) throw new LightprobeError("disposed", "the surround was disposed of; create another");
  }
}

/** @throws RangeError for angles that are not finite. */
function checkOrientation({ yaw, pitch, roll }: Orientation): void {
  if ([yaw, pitch, roll].every(Number.isFinite)) return;
  throw new RangeError(`expected yaw, pitch and roll in degrees, got ${yaw}, ${pitch}, ${roll}; leave such frames out`);
}
