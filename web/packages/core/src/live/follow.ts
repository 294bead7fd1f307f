/** Following a live source: an estimate for each new frame, for as long as somebody can see it. */

import { LightprobeError } from "../errors.js";
import type { EstimateOptions, Estimator } from "../estimator/client/estimator.js";
import { isNotReady } from "../estimator/client/grab.js";
import type { Estimate, ResponseName, Source } from "../types.js";
import { type Clock, clockOf } from "./clock.js";

/** `ended` may become `running` again when a video is played once more; `failed` is final. */
export type FollowState = "running" | "paused" | "ended" | "failed";

/** How a source is followed. */
export interface FollowOptions {
  /** Every n-th frame; default 1. */
  every?: number;
  /** Horizontal field of view [°] of perspective pictures. */
  fov?: number;
  /** The tone curve; default the estimator's. */
  response?: ResponseName;
  /** Called when the state changes. */
  onState?: (state: FollowState) => void;
  /** Called when an estimate fails; following stops then. Without it the error is reported to the window. */
  onError?: (error: unknown) => void;
}

/** A source that is being followed. */
export interface Follower {
  readonly state: FollowState;
  /** Stops for good; `onLight` is not called any more. */
  stop(): void;
}

/**
 * Estimates the light of a live source, frame after frame.
 *
 * A video's frames are those that it shows; other sources are looked at whenever the page is drawn. Rests while the tab is
 * hidden or the video paused (a paused video that shows another frame is looked at once), and ends with it.
 *
 * @param onLight - called with one and the same Estimate each time, filled anew: copy what you want to keep.
 * @throws RangeError if `every` is no whole number above 0.
 */
export function follow(
  estimator: Estimator,
  source: Source,
  onLight: (light: Estimate) => void,
  options: FollowOptions = {},
): Follower {
  const { every = 1, fov, response, onState, onError = (error: unknown) => reportError(error) } = options;
  if (!(Number.isInteger(every) && every >= 1)) {
    throw new RangeError(`expected every ≥ 1 frames, got ${every}; 1 takes all`);
  }
  const request: EstimateOptions = { fov, response };
  let state: FollowState = "paused";
  let count = 0;
  let busy = false;
  let missed = false;
  let stopped = false;

  const enter = (next: FollowState): void => {
    if (stopped || next === state) return;
    state = next;
    onState?.(next);
  };
  const stop = (): void => {
    stopped = true;
    clock.stop();
  };
  const fail = (error: unknown): void => {
    if (stopped) return;
    enter("failed");
    stop();
    onError(error);
  };
  const look = async (isStill: boolean): Promise<void> => {
    if (busy) missed = isStill; // the next frame of what runs will be fresher than one that waits; a still has no next
    if (busy || stopped) return;
    busy = true;
    missed = false;
    try {
      const light = await estimator.estimate(source, request);
      request.target = light;
      if (!stopped) onLight(light);
    } catch (error) {
      // a video that has not been painted yet has no frame, though it is loaded; the next one will do
      if (!(error instanceof LightprobeError && isNotReady(error.cause))) fail(error);
    } finally {
      busy = false;
      if (missed) void look(true);
    }
  };
  const clock: Clock = clockOf(source, {
    onFrame: () => {
      if (count++ % every === 0) void look(false);
    },
    onStill: () => void look(true),
    onState: enter,
  });
  clock.start();
  return {
    get state() {
      return state;
    },
    stop,
  };
}
