/** Sources, frames and settings of a follower. */

import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import type { Source } from "../types.js";

/**
 * A source to follow: anything that can be estimated, or a function that returns its newest picture.
 *
 * A function is called whenever the page is drawn. A new object is a new frame, the same object is not; null means that
 * there is no picture yet.
 */
export type FollowSource = Source | (() => Source | null);

/** What estimates frames: an estimator, or what gathers them. */
export type FrameEstimator = Pick<Estimator, "estimate">;

/** `ended` becomes `running` again when a video is replayed; `failed` is final. */
export type FollowState = "running" | "paused" | "ended" | "failed";

/** One frame of a source. The object is the same each time, with new contents. */
export interface Frame {
  /** The video, canvas or picture. */
  readonly picture: Source;
  /** [s]: the media time of a video; `performance.now() / 1000` for other sources. */
  readonly time: number;
  /** Names of the estimators whose estimate was kept from an earlier time; see `FollowOptions.keep`. */
  readonly kept: ReadonlySet<string>;
}

/** How a source is followed. */
export interface FollowOptions<Name extends string = string> {
  /** Estimate every n-th frame; default 1. */
  every?: number;
  /** Horizontal field of view [°] of perspective pictures. */
  fov?: number;
  /** The tone curve; default the estimator's. */
  response?: EstimateOptions["response"];
  /** Width [pixels] to which larger pictures are reduced; default as for `estimate`. */
  size?: number;
  /** Time constant [s] of smoothing; default 0, which is off. Unlike `Estimator.smoothing`, it smooths kept estimates too. */
  smoothing?: number;
  /** Called for each frame, skipped ones included. */
  onFrame?: (frame: Frame) => void;
  /**
   * Called before each estimate. Returns the picture to estimate, for example an adjusted copy of the frame's own; null
   * leaves this estimator out.
   *
   * `request` holds fov, response and size of this one estimate and may be changed. All estimators take the same frame,
   * except those whose picture is returned as a promise.
   */
  prepare?: (frame: Frame, name: Name, request: EstimateOptions) => Source | null | Promise<Source | null>;
  /**
   * Returns a name for a frame that may come back, as in a looping video: its estimate is kept and used again. Put every
   * setting that changes the estimate into the name. null keeps nothing. At most 3,600 estimates are kept, 25 kB each.
   */
  keep?: (frame: Frame) => string | null;
  /** Continue with the next frame after an error; by default the follower stops, and its state is `failed`. */
  continueOnError?: boolean;
  /** Called when the state changes. */
  onState?: (state: FollowState) => void;
  /** Called when an estimate fails. By default the error is reported to the window. */
  onError?: (error: unknown) => void;
}

/** A source that is being followed. Settings may be changed at any time and apply from the next frame on. */
export interface Follower {
  readonly state: FollowState;
  /** @throws RangeError unless it is a whole number above 0. */
  every: number;
  fov: number | undefined;
  response: EstimateOptions["response"];
  size: number | undefined;
  /** @throws RangeError if it is negative or not finite. */
  smoothing: number;
  /**
   * Estimates the present frame again, even of a paused source: call it after a change of settings.
   *
   * Resolves after the estimate has been delivered or has failed, or when the follower stops. If the source has no picture
   * yet, it waits for the first.
   */
  refresh(): Promise<void>;
  /** Stops for good; no callback is called any more. */
  stop(): void;
}
