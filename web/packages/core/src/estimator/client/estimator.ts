/** What an estimator is, to those who use it. */

import type { Estimate, ResponseName, Source } from "../../types.js";

/** How an estimator is made. */
export interface EstimatorOptions {
  /** Address of a model folder (manifest.json beside its graph); `plain` decodes and projects, without a network. */
  model?: string | URL | "plain";
  /** The tone curve of the pictures; default `auto`. */
  response?: ResponseName;
  /** Time constant [s]; default 0, which is off. */
  smoothing?: number;
  /** What runs the network. There is one so far. */
  provider?: "wasm";
}

/** How one picture is looked at. */
export interface EstimateOptions {
  /** Horizontal field of view [°] of a perspective picture; leave it out for a 2:1 panorama. */
  fov?: number;
  /** The tone curve of this picture; default the estimator's. */
  response?: ResponseName;
  /** Filled and returned, so that nothing is made for a frame. */
  target?: Estimate;
  /** When the picture was taken [s], for smoothing; default `performance.now() / 1000`. */
  time?: number;
  /** Width [pixels] to which the browser reduces larger pictures; default 256 of live sources, 1024 of still ones. */
  size?: number;
}

/** Estimates light from pictures, in a worker of its own. */
export interface Estimator {
  /** Name in the model's manifest, or `plain`. */
  readonly model: string;
  /** Version in the model's manifest; empty for `plain`. */
  readonly version: string;
  /** Tone curves that it can be told. */
  readonly responses: readonly ResponseName[];
  /** What runs the network; `none` for `plain`. */
  readonly provider: "wasm" | "none";
  /** May be changed at any time. */
  response: ResponseName;
  /** Time constant [s]; may be changed at any time. */
  smoothing: number;
  /**
   * The light of one picture.
   *
   * Latest frame wins: one call is on its way and at most one waits, whose picture is taken when its turn comes. A
   * waiting call that is overtaken gets the light of the call that did.
   *
   * An `<img>` is decoded on the calling thread, by the browser; hand over the file (a Blob) to keep that free.
   *
   * Convention: three frame, linear Rec.709, 1.0 is display white of the picture. Opacity is not looked at: what is not
   * opaque lies over black.
   *
   * @throws RangeError or TypeError for wrong options, and for panoramas that are not 2:1; LightprobeError `source` if the
   * picture cannot be read, `model` if its network or tables fail, `worker` or `disposed` when the estimator is gone.
   */
  estimate(source: Source, options?: EstimateOptions): Promise<Estimate>;
  /** Forgets earlier pictures: the next one is not smoothed. */
  reset(): void;
  /** Ends the worker. Pending calls reject with LightprobeError `disposed`. */
  dispose(): void;
}
