/** The public interface of an estimator. */

import type { AnswerName, Estimate, ResponseName, Source } from "../../types.js";
import type { LayoutOptions } from "../protocol/layout.js";
import type { SurroundFrame } from "../protocol/messages.js";

/** Options of `createEstimator`, wherever its files come from. */
export interface CommonOptions {
  /**
   * Address of a model folder (manifest.json beside its network); `plain` decodes and projects, without a network. Default:
   * the model in the package.
   */
  model?: string | URL | "plain";
  /** The tone curve of the pictures; default `auto`. */
  response?: ResponseName;
  /** How bright lost light is taken to be; default `balanced`, where the model has several answers. */
  answer?: AnswerName;
  /** Time constant of smoothing [s]; default 0, which is off. */
  smoothing?: number;
  /** Backend of the network; `wasm` is the only one. */
  provider?: "wasm";
  /**
   * Address of a copy of the package's folder dist/assets. Default: the files in the package, which Vite, webpack and
   * Turbopack find and copy by themselves.
   */
  assets?: string | URL;
  /**
   * Address of `ort.wasm.bundle.min.mjs` of onnxruntime-web, with its .wasm beside it; only for model folders without
   * model.bin. The shipped model needs none.
   */
  onnxruntime?: string | URL;
}

/** Options of `createEstimator`. */
export interface EstimatorOptions extends CommonOptions {
  /** Address of a copy of dist/assets/worker.js; without `assets`, the other files are expected beside it. */
  worker?: string | URL;
  /** Address of lightprobe.wasm. Default: the one in `assets`. */
  wasm?: string | URL;
}

/** Options of one estimate. */
export interface EstimateOptions extends LayoutOptions {
  /** The tone curve of this picture; default the estimator's. Not for radiance, which is linear. */
  response?: ResponseName;
  /** How bright lost light is taken to be; default the estimator's. */
  answer?: AnswerName;
  /** Filled and returned, so that frames allocate no estimates. */
  target?: Estimate;
  /** Time of the picture [s], for smoothing; default `performance.now() / 1000`. */
  time?: number;
  /** Width [pixels] to which larger pictures are reduced; default 256 for live sources, 1024 for still ones. */
  size?: number;
}

/** What gathers the frames that it estimates: a surround. */
export interface FrameGatherer {
  /** What the worker needs to know of a frame; called when the frame is taken. */
  next(): SurroundFrame;
  /** Called with the worker's result, which is not kept. */
  receive(result: ArrayBuffer): void;
}

/** Options of an estimate for a surround. */
export interface GatheringOptions extends EstimateOptions {
  gatherer?: FrameGatherer;
}

/** Estimates light from pictures, in its own worker. */
export interface Estimator {
  /** Name in the model's manifest, or `plain`. */
  readonly model: string;
  /** Version in the model's manifest; empty for `plain`. */
  readonly version: string;
  /** Responses that the model accepts. */
  readonly responses: readonly ResponseName[];
  /** Answers that the model has; empty where it has one only. */
  readonly answers: readonly AnswerName[];
  /** Backend of the network; `none` for `plain`. */
  readonly provider: "wasm" | "none";
  /** Tone curve of the pictures; may be changed at any time. */
  response: ResponseName;
  /** Which of the model's answers is given; may be changed at any time where there are several. Null where there is one only. */
  answer: AnswerName | null;
  /** Time constant of smoothing [s]; may be changed at any time. */
  smoothing: number;
  /**
   * The light of one picture.
   *
   * The latest frame wins: one call runs and at most one waits; its picture is taken when its turn comes. A newer call
   * replaces the waiting one, and both resolve with the newer picture's light.
   *
   * The browser decodes an `<img>` on the calling thread; pass the file (a Blob) to decode it in the worker.
   *
   * Convention: three frame, linear Rec.709, 1.0 is display white of the picture. Transparent pixels of files count as unseen;
   * those of other sources lie over black.
   *
   * @throws RangeError or TypeError for wrong options, and for panoramas that are not 2:1; LightprobeError `source` if the
   * picture cannot be read, `model` if the network or a curve's tables fail, `worker` if the worker died, `disposed` after
   * `dispose`.
   */
  estimate(source: Source, options?: EstimateOptions): Promise<Estimate>;
  /** Restarts smoothing: the next estimate is not mixed with earlier ones. */
  reset(): void;
  /** Ends the worker. Pending calls reject with LightprobeError `disposed`. */
  dispose(): void;
}
